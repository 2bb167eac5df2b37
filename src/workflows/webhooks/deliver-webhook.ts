import { type Clock, assert, isLive, toTimestamp } from '../../core/kernel';
import { type DeliveredJob, type Journal, type Log, RetryLater } from '../../core/ports';
import {
  type AttemptOutcome,
  type Delivery,
  type DeliveryStore,
  type DisableReason,
  type EventPlace,
  type ShownEvent,
  type WebhookAnswer,
  type WebhookEndpoint,
  type WebhookSecrets,
  type WebhookSender,
  disableWebhookEndpoint,
  findWebhookEndpoint,
  retryWaitMs,
  signingSecrets,
  termsOfJob,
} from '../../core/webhooks';
import type { EndpointGate } from './endpoint-gate';

export interface WebhooksWorkerDependencies {
  readonly journal: Journal;
  readonly deliveries: DeliveryStore;
  readonly sender: WebhookSender;
  readonly secrets: WebhookSecrets;
  readonly show: (place: EventPlace) => Promise<ShownEvent | null>;
  readonly gate: EndpointGate;
  readonly clock: Clock;
  /** Evenly from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** Sends one event to one endpoint, once more or for the first time. Handled after its end, the job changes nothing. */
export async function deliverWebhook(
  dependencies: WebhooksWorkerDependencies,
  job: DeliveredJob,
): Promise<void> {
  const { deliveries, gate, clock } = dependencies;
  const delivery = await deliveries.open(termsOfJob(job));
  if (isFinal(delivery)) return;
  const endpoint = await openEndpoint(dependencies, delivery);
  if (endpoint === null) return;
  const nowMs = clock();
  if (delivery.nextAttemptAt !== null && delivery.nextAttemptAt > nowMs)
    throw new RetryLater('the next attempt is not due', delivery.nextAttemptAt - nowMs);
  const waitMs = gate.enter(endpoint.endpointId, nowMs, job.attempt);
  if (waitMs !== null) throw new RetryLater(`${endpoint.endpointId} has its share of requests`, waitMs);
  let restUntil = 0;
  try {
    const { answer, attempt } = await send(dependencies, endpoint, delivery);
    restUntil = restAfter(answer, clock());
    await settle(dependencies, delivery, answer, attempt);
  } finally {
    gate.leave(endpoint.endpointId, restUntil);
  }
}

const isFinal = ({ status }: Delivery): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

/** The endpoint, if it takes deliveries; else the delivery is held or ended, and null. */
async function openEndpoint(
  { journal, deliveries }: WebhooksWorkerDependencies,
  { tenant, endpointId, deliveryId }: Delivery,
): Promise<WebhookEndpoint | null> {
  const find = findWebhookEndpoint(journal);
  const endpoint = await find(tenant, endpointId);
  if (endpoint === null || endpoint.status === 'disabled') {
    await deliveries.move(deliveryId, 'canceled');
    return null;
  }
  if (endpoint.status === 'active') return endpoint;
  await deliveries.move(deliveryId, 'held');
  // Resumed meanwhile: what releases the held ones may have looked before this one was.
  const now = await find(tenant, endpointId);
  if (now?.status === 'paused') return null;
  await deliveries.move(deliveryId, 'pending');
  throw new RetryLater(`${endpointId} changed meanwhile`);
}

async function send(
  { sender, secrets, show, clock }: WebhooksWorkerDependencies,
  endpoint: WebhookEndpoint,
  delivery: Delivery,
): Promise<{ readonly answer: WebhookAnswer; readonly attempt: AttemptOutcome['attempt'] }> {
  const { tenant, eventId } = delivery;
  const event = await show(delivery);
  assert(event !== null && event.id === eventId, `${eventId} is the event of its place in the journal`);
  const sentAt = clock();
  const { endpointId, url } = endpoint;
  const open = signingSecrets(endpoint, sentAt).map((sealed) => secrets.open(sealed, endpointId));
  const answer = await sender.send({
    url,
    livemode: isLive(tenant),
    id: eventId,
    timestamp: sentAt,
    body: webhookBody(event),
    secrets: await Promise.all(open),
  });
  const failure = failureOf(answer);
  return {
    answer,
    attempt: {
      url,
      sentAt,
      elapsedMs: clock() - sentAt,
      statusCode: answer.kind === 'answered' ? answer.statusCode : null,
      answer: answer.kind === 'answered' ? answer.answer : null,
      failure,
    },
  };
}

/** What a receiver should take within its limits. @source Standard Webhooks 1.0, "Payload size" */
export const maxWebhookBodyBytes = 20_000;

/** The signed text. A thing too large for it is named by its kind and id: the receiver fetches it. */
export function webhookBody(event: ShownEvent): string {
  const { id, type, createdAt, object, objectId, subject, version, data } = event;
  const body = (shown: ShownEvent['data']) =>
    JSON.stringify({
      id,
      type,
      timestamp: toTimestamp(createdAt),
      ordering_key: subject,
      sequence: version,
      data: shown,
    });
  const whole = body(data);
  return whole.length * longestUtf8Bytes <= maxWebhookBodyBytes || bytesOf(whole) <= maxWebhookBodyBytes
    ? whole
    : body({ id: objectId, object });
}

const longestUtf8Bytes = 3;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Null for a success. */
function failureOf(answer: WebhookAnswer): string | null {
  if (answer.kind === 'unanswered') return answer.failure;
  const { statusCode } = answer;
  if (statusCode >= 200 && statusCode < 300) return null;
  if (statusCode >= 300 && statusCode < 400) return 'answered with a redirect, which is not followed';
  return `answered ${String(statusCode)}`;
}

/** @source Standard Webhooks 1.0: 429, 502 and 504 ask the sender to slow down */
const tired: readonly number[] = [429, 502, 504];
const restMs = 5_000;

/** Until when the endpoint gets nothing at all. */
function restAfter(answer: WebhookAnswer, nowMs: number): number {
  if (answer.kind === 'unanswered' || !tired.includes(answer.statusCode)) return 0;
  return nowMs + Math.min(answer.retryAfterMs ?? restMs, longestRestMs);
}

/** One delivery may wait longer; others of the endpoint are tried again by then. */
const longestRestMs = 60_000;

const gone = 410;

async function settle(
  dependencies: WebhooksWorkerDependencies,
  delivery: Delivery,
  answer: WebhookAnswer,
  attempt: AttemptOutcome['attempt'],
): Promise<void> {
  const { deliveries, clock, random } = dependencies;
  const { deliveryId } = delivery;
  if (attempt.failure === null) {
    await deliveries.record(deliveryId, { attempt, status: 'succeeded', nextAttemptAt: null });
    return;
  }
  const isGone = answer.kind === 'answered' && answer.statusCode === gone;
  const retryAfterMs = answer.kind === 'answered' ? answer.retryAfterMs : null;
  const waitMs = isGone ? null : retryWaitMs(delivery.attempts + 1, { retryAfterMs, random });
  if (waitMs === null) {
    await disable(dependencies, delivery, isGone ? 'gone' : 'exhausted');
    await deliveries.record(deliveryId, { attempt, status: 'failed', nextAttemptAt: null });
    return;
  }
  const nextAttemptAt = clock() + waitMs;
  await deliveries.record(deliveryId, { attempt, status: 'pending', nextAttemptAt });
  throw new RetryLater(`the endpoint ${attempt.failure}`, waitMs);
}

/** Ends the endpoint before the delivery is final: who dies in between finds the delivery open, and ends it then. */
async function disable(
  { journal, clock, log }: WebhooksWorkerDependencies,
  { tenant, endpointId, deliveryId, eventId }: Delivery,
  reason: DisableReason,
): Promise<void> {
  await disableWebhookEndpoint(journal)(
    { endpointId, reason, deliveryId, disabledAt: clock() },
    { tenant, metadata: { actor: 'worker', correlationId: deliveryId, causationId: eventId } },
  );
  log.warn({ tenant, endpointId, deliveryId, eventId, reason }, 'a webhook endpoint is disabled');
}
