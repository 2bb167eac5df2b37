import { eventCodec } from '../kernel';
import type { WebhookEndpointEvent } from './events';

/** Reads and writes the events of a tenant's webhook endpoints. A changed shape gets an upcaster here. */
export const webhookEndpointCodec = eventCodec<WebhookEndpointEvent>({
  WebhookEndpointCreated: [],
  WebhookEndpointUpdated: [],
  WebhookEndpointPaused: [],
  WebhookEndpointResumed: [],
  WebhookEndpointDisabled: [],
  WebhookSecretRotated: [],
  WebhookEndpointDeleted: [],
  WebhookReplayed: [],
});
