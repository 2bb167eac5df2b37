/** However long Stripe asks for, a payment is tried again after this. */
const longestWaitMs = 600_000;

/** The wait that an answer asks for, in milliseconds; null when it names none. @source RFC 9110, 10.2.3 (delay in seconds) */
export function retryAfterOf(headers: Readonly<Record<string, string>> | undefined): number | null {
  const value = headers?.['retry-after'];
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value)) return null;
  return Math.min(Math.ceil(Number(value) * 1000), longestWaitMs);
}
