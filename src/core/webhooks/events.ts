import type { WebhookDeliveryId, WebhookEndpointId } from '../kernel';

/** A merchant named an address that receives events. */
export interface WebhookEndpointCreated {
  readonly type: 'WebhookEndpointCreated';
  readonly endpointId: WebhookEndpointId;
  readonly url: string;
  readonly description: string | null;
  /** Types of public events, or `*` alone for all. */
  readonly eventTypes: readonly string[];
  /** The signing secret, sealed: the journal holds no secret that can be read. */
  readonly sealedSecret: string;
  /** Milliseconds since the epoch, by the clock of the process that accepted it. */
  readonly createdAt: number;
}

/** The address, the filter or the note changed. */
export interface WebhookEndpointUpdated {
  readonly type: 'WebhookEndpointUpdated';
  readonly endpointId: WebhookEndpointId;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly string[];
}

/** What happens from now on waits until the endpoint is resumed. */
export interface WebhookEndpointPaused {
  readonly type: 'WebhookEndpointPaused';
  readonly endpointId: WebhookEndpointId;
}

/** A paused or disabled endpoint receives events again. */
export interface WebhookEndpointResumed {
  readonly type: 'WebhookEndpointResumed';
  readonly endpointId: WebhookEndpointId;
}

/** `exhausted`: the last attempt of a delivery failed. `gone`: the endpoint answered 410. */
export type DisableReason = 'exhausted' | 'gone';

/** The endpoint receives nothing more until somebody resumes it. */
export interface WebhookEndpointDisabled {
  readonly type: 'WebhookEndpointDisabled';
  readonly endpointId: WebhookEndpointId;
  readonly reason: DisableReason;
  /** The delivery that ended it. */
  readonly deliveryId: string;
  readonly disabledAt: number;
}

/** Another secret signs from now on; until `previousExpiresAt` the old one signs too. */
export interface WebhookSecretRotated {
  readonly type: 'WebhookSecretRotated';
  readonly endpointId: WebhookEndpointId;
  readonly sealedSecret: string;
  readonly previousExpiresAt: number;
}

export interface WebhookEndpointDeleted {
  readonly type: 'WebhookEndpointDeleted';
  readonly endpointId: WebhookEndpointId;
}

/** Somebody wants an event to be sent to an endpoint once more. */
export interface WebhookReplayed {
  readonly type: 'WebhookReplayed';
  readonly endpointId: WebhookEndpointId;
  readonly deliveryId: WebhookDeliveryId;
  readonly eventId: string;
  readonly eventType: string;
  /** Where the event is. */
  readonly eventStream: string;
  readonly eventVersion: number;
  readonly requestedAt: number;
}

export type WebhookEndpointEvent =
  | WebhookEndpointCreated
  | WebhookEndpointUpdated
  | WebhookEndpointPaused
  | WebhookEndpointResumed
  | WebhookEndpointDisabled
  | WebhookSecretRotated
  | WebhookEndpointDeleted
  | WebhookReplayed;
