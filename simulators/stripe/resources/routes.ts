import type { Route } from '../server/call';
import { eventRoutes } from './events';
import { paymentIntentRoutes } from './payment-intents';
import { paymentMethodRoutes } from './payment-methods';
import { refundRoutes } from './refunds';
import { tokenRoutes } from './tokens';
import { webhookEndpointRoutes } from './webhook-endpoints';

/** Every call of Stripe's API that the simulator answers. */
export const routes: readonly Route[] = [
  ...eventRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...refundRoutes,
  ...tokenRoutes,
  ...webhookEndpointRoutes,
];
