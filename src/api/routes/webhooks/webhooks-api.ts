import type { ApiContext } from '../../api-context';
import { EventSchema } from './event-resource';
import { eventRoutes } from './events';
import { webhookDeliveryRoutes } from './webhook-deliveries';
import { WebhookDeliverySchema } from './webhook-delivery-resource';
import { WebhookEndpointSchema } from './webhook-endpoint-resource';
import { webhookEndpointRoutes } from './webhook-endpoints';

export const webhooksApi: ApiContext = {
  tags: [
    { name: 'Events', description: 'What happened, as webhooks tell it.' },
    { name: 'Webhooks', description: 'Endpoints that receive events, and the deliveries to them.' },
  ],
  schemas: [EventSchema, WebhookEndpointSchema, WebhookDeliverySchema],
  routes: [eventRoutes, webhookEndpointRoutes, webhookDeliveryRoutes],
};
