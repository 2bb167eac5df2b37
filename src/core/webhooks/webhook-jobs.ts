import {
  type JsonObject,
  type Sha256,
  type WebhookEndpointId,
  assert,
  parseId,
  parseTenant,
} from '../kernel';
import type { Job, PublicEvent, RecordedEvent, RetryPolicy } from '../ports';
import type { DeliveryTerms } from './deliveries';
import { deliveryIdOf } from './delivery-id';

export const webhooksQueue = 'webhooks';

/** Requests in progress at one endpoint, in one process: each endpoint is a lane. */
export const maxRequestsPerEndpoint = 4;

/**
 * The schedule of attempts is the handler's own; the queue adds little to it. Attempts of the job are many, because a job
 * that waits for its endpoint's turn counts as one, too.
 */
export const webhooksRetry: RetryPolicy = { maxAttempts: 1_000, baseDelayMs: 100, maxDelayMs: 1_000 };

export const webhookJobNames = ['deliver-webhook', 'release-deliveries'] as const;
export type WebhookJobName = (typeof webhookJobNames)[number];

/** The delivery of an event to one endpoint. */
export function deliveryJob(sha256: Sha256, event: PublicEvent, endpointId: WebhookEndpointId): Job {
  const { id: eventId, type: eventType, stream, version, createdAt } = event;
  const tenant = parseTenant(event.tenant);
  assert(tenant !== null, `${eventId} is an event of a merchant`);
  const deliveryId = deliveryIdOf(sha256, { eventId, endpointId, createdAt });
  return jobOfDelivery({ deliveryId, tenant, endpointId, eventId, eventType, stream, version, createdAt });
}

/** @param round tells the job from an earlier one of the same delivery */
export function jobOfDelivery(terms: DeliveryTerms, round = ''): Job {
  const { deliveryId, tenant, endpointId, eventId, eventType, stream, version, createdAt } = terms;
  const data: JsonObject = {
    deliveryId,
    tenant,
    endpointId,
    eventId,
    eventType,
    stream,
    version,
    createdAt,
    correlationId: deliveryId,
    causationId: eventId,
  };
  const key = `${deliveryId}${round}`;
  return { queue: webhooksQueue, name: 'deliver-webhook', key, data, lane: endpointId };
}

const textsOf =
  (data: JsonObject) =>
  (name: string): string => {
    const value = data[name];
    return typeof value === 'string' ? value : '';
  };

/** What a job carries of its delivery. */
export function termsOfJob({ key, data }: Pick<Job, 'key' | 'data'>): DeliveryTerms {
  const text = textsOf(data);
  const deliveryId = parseId('whd', text('deliveryId'));
  const endpointId = parseId('whe', text('endpointId'));
  const tenant = parseTenant(text('tenant'));
  assert(deliveryId !== null && endpointId !== null && tenant !== null, `${key} is a job of a delivery`);
  return {
    deliveryId,
    tenant,
    endpointId,
    eventId: text('eventId'),
    eventType: text('eventType'),
    stream: text('stream'),
    version: Number(data['version']),
    createdAt: Number(data['createdAt']),
  };
}

/** Sends what was held back, or ends it, because its endpoint was resumed, disabled or deleted. */
export const releaseJob = (
  { tenant, stream, version }: Pick<RecordedEvent, 'tenant' | 'stream' | 'version'>,
  endpointId: WebhookEndpointId,
): Job => ({
  queue: webhooksQueue,
  name: 'release-deliveries',
  key: `${stream}/${String(version)}`,
  data: {
    tenant,
    endpointId,
    round: String(version),
    correlationId: `${stream}/${String(version)}`,
    causationId: `${stream}/${String(version)}`,
  },
});

/** What a job carries that releases deliveries. */
export function releaseOf({ key, data }: Pick<Job, 'key' | 'data'>) {
  const text = textsOf(data);
  const tenant = parseTenant(text('tenant'));
  const endpointId = parseId('whe', text('endpointId'));
  assert(tenant !== null && endpointId !== null, `${key} names an endpoint`);
  return { tenant, endpointId, round: `/${text('round')}` };
}
