import type { Pool } from 'pg';
import type { AttemptOutcome } from '../../../../core/webhooks';

/** A delivery that is final stays so: an attempt that was made twice is kept, and changes nothing else. */
const text = `WITH moved AS (
    UPDATE webhooks.deliveries SET attempts = attempts + 1,
      status = CASE WHEN status IN ('pending', 'held') THEN $2 ELSE status END,
      next_attempt_at = CASE WHEN status IN ('pending', 'held') THEN $3::timestamptz END
    WHERE delivery_id = $1 RETURNING delivery_id, attempts)
  INSERT INTO webhooks.attempts (delivery_id, attempt, url, sent_at, elapsed_ms, status_code, answer, failure)
  SELECT delivery_id, attempts, $4, $5, $6, $7, $8, $9 FROM moved`;

export async function recordAttempt(
  pool: Pool,
  deliveryId: string,
  { attempt, status, nextAttemptAt }: AttemptOutcome,
): Promise<void> {
  const { url, sentAt, elapsedMs, statusCode, answer, failure } = attempt;
  const due = nextAttemptAt === null ? null : new Date(nextAttemptAt);
  await pool.query({
    name: 'webhooks-record-attempt',
    text,
    values: [deliveryId, status, due, url, new Date(sentAt), elapsedMs, statusCode, answer, failure],
  });
}
