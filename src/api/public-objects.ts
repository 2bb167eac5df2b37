import type { PublicObjects } from '../core/webhooks';
import { paymentsPublicObjects } from './routes/payments/public-objects';
import { webhooksPublicObjects } from './routes/webhooks/webhook-endpoint-resource';

/** How each kind of thing is shown in events and webhooks. A new context adds a line for its own. */
export const publicObjects: PublicObjects = { ...paymentsPublicObjects, ...webhooksPublicObjects };
