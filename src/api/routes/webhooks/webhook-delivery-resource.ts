import { type Static, Type } from '@sinclair/typebox';
import { isLive, toTimestamp } from '../../../core/kernel';
import { type Delivery, type DeliveryAttempt, deliveryStatuses } from '../../../core/webhooks';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';
import { webhookEndpointExample } from './webhook-endpoint-resource';

const Attempt = Type.Object({
  attempt: Type.Integer({ minimum: 1 }),
  sent: Timestamp,
  url: Type.String(),
  elapsed_ms: Type.Integer({ minimum: 0 }),
  status_code: nullable(Type.Integer({ description: 'Of the answer; null when there was none.' })),
  answer: nullable(Type.String({ description: 'The first characters of the answer.' })),
  failure: nullable(Type.String({ description: 'Why the attempt failed; null for a success.' })),
});

export const WebhookDeliverySchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['webhook_delivery']),
    created: Timestamp,
    livemode: Type.Boolean(),
    endpoint: Type.String({ description: 'The id of the endpoint.' }),
    event: Type.String({ description: 'The id of the event.' }),
    event_type: Type.String(),
    status: oneOf(deliveryStatuses, {
      description:
        'pending: an attempt is due or will be. held: the endpoint is paused. failed: the last attempt failed. canceled: the endpoint was disabled or deleted meanwhile.',
    }),
    attempt_count: Type.Integer({ minimum: 0 }),
    next_attempt: nullable(
      Type.String({ format: 'date-time', description: 'When the next attempt is due.' }),
    ),
    last_attempt: nullable(Attempt),
    request: Type.Optional(
      nullable(Type.String({ description: 'The body that is sent; where a single delivery is fetched.' })),
    ),
    attempts: Type.Optional(
      Type.Array(Attempt, { description: 'Oldest first; where a single delivery is fetched.' }),
    ),
  },
  { $id: 'WebhookDelivery', description: 'One event on its way to one endpoint.' },
);
export type WebhookDeliveryObject = Static<typeof WebhookDeliverySchema>;

const attemptExample = {
  attempt: 1,
  sent: '2026-11-21T09:30:00.200Z',
  url: webhookEndpointExample.url,
  elapsed_ms: 84,
  status_code: 200,
  answer: 'ok',
  failure: null,
};

export const webhookDeliveryExample: WebhookDeliveryObject = {
  id: 'whd_06f4q8xk3v7m2n9r5t1w0y8z4b',
  object: 'webhook_delivery',
  created: '2026-11-21T09:30:00.120Z',
  livemode: false,
  endpoint: webhookEndpointExample.id,
  event: 'evt_06f4q8xk3v7m2n9r5t1w0y8z4b_3',
  event_type: 'charge.succeeded',
  status: 'succeeded',
  attempt_count: 1,
  next_attempt: null,
  last_attempt: attemptExample,
};

export const WebhookDeliveryAnswer = {
  ...ref(WebhookDeliverySchema),
  description: 'The delivery.',
  examples: [{ ...webhookDeliveryExample, attempts: [attemptExample] }],
};

export const webhookDeliveryObject = (delivery: Delivery): WebhookDeliveryObject => ({
  id: delivery.deliveryId,
  object: 'webhook_delivery',
  created: toTimestamp(delivery.createdAt),
  livemode: isLive(delivery.tenant),
  endpoint: delivery.endpointId,
  event: delivery.eventId,
  event_type: delivery.eventType,
  status: delivery.status,
  attempt_count: delivery.attempts,
  next_attempt: delivery.nextAttemptAt === null ? null : toTimestamp(delivery.nextAttemptAt),
  last_attempt: delivery.last === null ? null : attemptShown(delivery.last),
});

export const attemptShown = (attempt: DeliveryAttempt): Static<typeof Attempt> => ({
  attempt: attempt.attempt,
  sent: toTimestamp(attempt.sentAt),
  url: attempt.url,
  elapsed_ms: attempt.elapsedMs,
  status_code: attempt.statusCode,
  answer: attempt.answer,
  failure: attempt.failure,
});
