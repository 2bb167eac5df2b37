import type { ApiContext } from '../../api-context';
import { ChargeEventSchema } from './charge-event-resource';
import { chargeEventRoutes } from './charge-events';
import { chargeOperationRoutes } from './charge-operations';
import { ChargeSchema } from './charge-resource';
import { chargeRoutes } from './charges';
import { pspNoticeRoutes } from './psp-notices';
import { RefundSchema } from './refund-resource';
import { refundRoutes } from './refunds';

export const paymentsApi: ApiContext = {
  tags: [
    { name: 'Charges', description: 'Payments by card.' },
    { name: 'Refunds', description: 'Money given back.' },
    { name: 'Provider notices', description: 'Webhooks of payment service providers.' },
  ],
  schemas: [ChargeSchema, ChargeEventSchema, RefundSchema],
  routes: [chargeRoutes, chargeOperationRoutes, chargeEventRoutes, refundRoutes, pspNoticeRoutes],
};
