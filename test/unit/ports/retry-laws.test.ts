import { contexts } from '../../../src/core/contexts';
import type { RetryPolicy } from '../../../src/core/ports';

const dayMs = 24 * 60 * 60_000;
/** Each attempt may also use up its lease; the configuration allows no longer one. */
const longestLeaseMs = 60_000;
/** What a provider may ask for by Retry-After counts up to this much; see the Stripe adapter. */
const longestRetryAfterMs = 10 * 60_000;

/** The latest time of a job: every draw is the highest, every attempt holds its lease to the end. */
function latestMs({ maxAttempts, baseDelayMs, maxDelayMs }: RetryPolicy): number {
  let totalMs = maxAttempts * longestLeaseMs;
  for (let attempt = 1; attempt < maxAttempts; attempt += 1)
    totalMs += Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)) + longestRetryAfterMs;
  return totalMs;
}

test('every queue has a latest time, after which a job is a dead letter whatever its handler does', () => {
  const latestDays = Object.fromEntries(
    contexts.queues.map(({ name, retry }) => [name, Math.ceil(latestMs(retry) / dayMs)]),
  );
  expect(latestDays).toEqual({ payments: 5, 'payments-follow-up': 24, webhooks: 8 });
});
