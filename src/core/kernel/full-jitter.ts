export interface Backoff {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * The wait before the n-th further try, drawn evenly from 0 … min(maxDelayMs, baseDelayMs · 2^(n−1)).
 * @source AWS Architecture Blog, "Exponential Backoff And Jitter": full jitter
 */
export const fullJitterMs = (tries: number, { baseDelayMs, maxDelayMs }: Backoff, random: () => number) =>
  Math.floor(random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (tries - 1)));
