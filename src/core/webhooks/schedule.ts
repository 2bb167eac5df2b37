const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The wait after each failed attempt, before it is spread. @source Standard Webhooks 1.0, "Deliverability and reliability" */
export const retryWaitsMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** What an endpoint may ask for by Retry-After. */
export const longestRetryAfterMs = 24 * hour;

/** Up to a fifth longer, so that deliveries that failed together do not come back together. */
const spread = 0.2;

/** @returns the wait before the next attempt; null after the last one */
export function retryWaitMs(
  attempts: number,
  { retryAfterMs, random }: { readonly retryAfterMs: number | null; readonly random: () => number },
): number | null {
  const wait = retryWaitsMs[attempts - 1];
  if (wait === undefined) return null;
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return Math.max(asked, Math.round(wait * (1 + spread * random())));
}
