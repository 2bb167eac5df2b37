import { setTimeout as pause } from 'node:timers/promises';
import type { Answered } from '../merchant-client';

/** How a call ended: with an answer, or with a connection that broke or was never made. */
export type Ended = Answered | 'no answer';

export async function attempt(call: () => Promise<Answered>): Promise<Ended> {
  try {
    return await call();
  } catch (error) {
    if (isWithoutAnswer(error)) return 'no answer';
    throw error;
  }
}

/** What fetch throws when no answer came. Told by name: in Jest, fetch comes from outside of the test's own realm. */
const isWithoutAnswer = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'name' in error &&
  (error.name === 'TypeError' || error.name === 'TimeoutError');

const pauseMs = 50;

/** What a merchant's client library does: the same request with the same key, until it is answered. */
export async function untilAnswered(
  call: () => Promise<Answered>,
  options: { readonly timeoutMs: number; readonly onRefused?: (refused: Ended) => void },
): Promise<Answered> {
  const deadlineMs = performance.now() + options.timeoutMs;
  for (;;) {
    const ended = await attempt(call);
    if (ended !== 'no answer' && ended.status !== 503) return ended;
    options.onRefused?.(ended);
    if (performance.now() > deadlineMs)
      throw new Error(
        `no answer in time, at last ${ended === 'no answer' ? ended : JSON.stringify(ended.body)}`,
      );
    await pause(pauseMs);
  }
}
