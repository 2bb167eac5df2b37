import type { WebhookDeliveryId, WebhookEndpointId } from '../kernel';
import type { DeliveryTerms } from './deliveries';
import type { DisableReason } from './events';

/** What a merchant says of an endpoint. */
export interface EndpointTerms {
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly string[];
}

export interface CreateWebhookEndpoint extends EndpointTerms {
  readonly endpointId: WebhookEndpointId;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What is absent stays as it is. */
export interface UpdateWebhookEndpoint extends Partial<EndpointTerms> {
  readonly endpointId: WebhookEndpointId;
}

export interface RotateWebhookSecret {
  readonly endpointId: WebhookEndpointId;
  /** How long the old secret signs beside the new one; 0 to `maxSecretOverlapMs`. */
  readonly overlapMs: number;
  readonly rotatedAt: number;
}

export interface DisableWebhookEndpoint {
  readonly endpointId: WebhookEndpointId;
  readonly reason: DisableReason;
  readonly deliveryId: string;
  readonly disabledAt: number;
}

/** Sends the event of a delivery to its endpoint once more. */
export interface ReplayWebhookDelivery {
  readonly replayed: DeliveryTerms;
  /** Of the new delivery. */
  readonly deliveryId: WebhookDeliveryId;
  readonly requestedAt: number;
}
