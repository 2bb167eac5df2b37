import { assert, parseId, parseTenant } from '../../../../core/kernel';
import type { Delivery, DeliveryStatus } from '../../../../core/webhooks';

/** A delivery with its newest attempt, from `webhooks.deliveries d LEFT JOIN webhooks.attempts a`. */
export interface DeliveryRow {
  readonly deliveryId: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly version: number;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly url: string | null;
  readonly sentAt: Date | null;
  readonly elapsedMs: number | null;
  readonly statusCode: number | null;
  readonly answer: string | null;
  readonly failure: string | null;
}

export const selectDelivery = `SELECT d.delivery_id AS "deliveryId", d.tenant, d.endpoint_id AS "endpointId",
    d.event_id AS "eventId", d.event_type AS "eventType", d.stream, d.version, d.status, d.attempts,
    d.next_attempt_at AS "nextAttemptAt", d.created_at AS "createdAt", a.url, a.sent_at AS "sentAt",
    a.elapsed_ms AS "elapsedMs", a.status_code AS "statusCode", a.answer, a.failure
  FROM webhooks.deliveries d
  LEFT JOIN webhooks.attempts a ON a.delivery_id = d.delivery_id AND a.attempt = d.attempts`;

export function deliveryOf(row: DeliveryRow): Delivery {
  const deliveryId = parseId('whd', row.deliveryId);
  const endpointId = parseId('whe', row.endpointId);
  const tenant = parseTenant(row.tenant);
  assert(deliveryId !== null && endpointId !== null && tenant !== null, `${row.deliveryId} was stored whole`);
  const { eventId, eventType, stream, version, status, attempts, url, sentAt, elapsedMs } = row;
  const { statusCode, answer, failure } = row;
  return {
    deliveryId,
    endpointId,
    tenant,
    eventId,
    eventType,
    stream,
    version,
    status,
    attempts,
    createdAt: row.createdAt.getTime(),
    nextAttemptAt: row.nextAttemptAt?.getTime() ?? null,
    last:
      url === null || sentAt === null || elapsedMs === null
        ? null
        : { attempt: attempts, url, sentAt: sentAt.getTime(), elapsedMs, statusCode, answer, failure },
  };
}
