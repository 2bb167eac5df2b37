import type { Page, PageRequest, Result, TenantId, WebhookDeliveryId, WebhookEndpointId } from '../kernel';
import type { PageErrorCode } from '../ports';

/**
 * `pending`: an attempt is due, or will be. `held`: the endpoint is paused. `succeeded`, `failed` and `canceled` are
 * final: `failed` after the last attempt, `canceled` when the endpoint was disabled or deleted meanwhile.
 */
export type DeliveryStatus = 'pending' | 'held' | 'succeeded' | 'failed' | 'canceled';

export const deliveryStatuses = [
  'pending',
  'held',
  'succeeded',
  'failed',
  'canceled',
] as const satisfies readonly DeliveryStatus[];

/** One event on its way to one endpoint. */
export interface DeliveryTerms {
  /** The same for an event and an endpoint, however often it is asked for; a replay has one of its own. */
  readonly deliveryId: WebhookDeliveryId;
  readonly tenant: TenantId;
  readonly endpointId: WebhookEndpointId;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly version: number;
  /** Milliseconds since the epoch, of the event or of the replay. */
  readonly createdAt: number;
}

export interface Delivery extends DeliveryTerms {
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** When the next attempt is due, while one is. */
  readonly nextAttemptAt: number | null;
  /** What the endpoint said last; null before the first attempt. */
  readonly last: DeliveryAttempt | null;
}

/** A request and what came of it. */
export interface DeliveryAttempt {
  /** 1, 2, 3 … */
  readonly attempt: number;
  readonly url: string;
  readonly sentAt: number;
  readonly elapsedMs: number;
  /** Of the answer; null when there was none. */
  readonly statusCode: number | null;
  /** The first characters of the answer. */
  readonly answer: string | null;
  /** Why there was no answer, or why the answer is a failure; null for a success. */
  readonly failure: string | null;
}

export interface DeliveryFilter {
  readonly endpointId?: WebhookEndpointId;
  readonly eventId?: string;
  readonly statuses?: readonly DeliveryStatus[];
}

/** What an attempt leaves behind. */
export interface AttemptOutcome {
  readonly attempt: Omit<DeliveryAttempt, 'attempt'>;
  readonly status: Exclude<DeliveryStatus, 'held'>;
  readonly nextAttemptAt: number | null;
}

/** Deliveries and their attempts. They are no facts of the business: the journal does not hold them. */
export interface DeliveryStore {
  /** Begins a delivery, or finds it as it is. */
  open(terms: DeliveryTerms): Promise<Delivery>;
  /** Adds the attempt and moves the delivery on. @returns the delivery after it */
  record(deliveryId: WebhookDeliveryId, outcome: AttemptOutcome): Promise<Delivery>;
  /** Moves an open delivery without an attempt; a final one stays as it is. */
  move(deliveryId: WebhookDeliveryId, status: 'pending' | 'held' | 'canceled'): Promise<void>;
  /** The oldest deliveries of an endpoint that are held, by id, after `after`. */
  held(
    endpoint: { readonly tenant: TenantId; readonly endpointId: WebhookEndpointId },
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly Delivery[]>;
  find(tenant: TenantId, deliveryId: WebhookDeliveryId): Promise<Delivery | null>;
  /** Oldest first. */
  attempts(deliveryId: WebhookDeliveryId): Promise<readonly DeliveryAttempt[]>;
  /** Newest first. Refusal: cursor_not_found. */
  list(
    tenant: TenantId,
    filter: DeliveryFilter,
    page: PageRequest<string>,
  ): Promise<Result<Page<Delivery>, PageErrorCode>>;
}
