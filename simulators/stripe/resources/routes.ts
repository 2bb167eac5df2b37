import type { Route } from '../server/call';
import { accountRoutes } from './accounts';
import { balanceRoutes } from './balance';
import { chargeRoutes } from './charges';
import { customerRoutes } from './customers';
import { disputeRoutes } from './disputes';
import { eventRoutes } from './events';
import { paymentIntentRoutes } from './payment-intents';
import { paymentMethodRoutes } from './payment-methods';
import { payoutRoutes } from './payouts';
import { refundRoutes } from './refunds';
import { setupIntentRoutes } from './setup-intents';
import { tokenRoutes } from './tokens';
import { webhookEndpointRoutes } from './webhook-endpoints';

/** Every call of Stripe's API that the simulator answers. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...balanceRoutes,
  ...chargeRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...eventRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...payoutRoutes,
  ...refundRoutes,
  ...setupIntentRoutes,
  ...tokenRoutes,
  ...webhookEndpointRoutes,
];
