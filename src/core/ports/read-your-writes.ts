import type { Feed } from './journal';

/** How far a reader has come, as far as this process knows. */
export interface ReaderProgress {
  /**
   * Resolves true as soon as everything up to `position` has taken effect, and false when `timeoutMs` pass
   * before that.
   */
  caughtUp(position: number, timeoutMs: number): Promise<boolean>;
}

/** The read model did not reach the journal's head in time: the answer would have been stale. Try again later. */
export class ReadModelBehind extends Error {
  override readonly name = 'ReadModelBehind';
  constructor(
    readonly position: number,
    readonly waitedMs: number,
    readonly retryAfterMs: number,
  ) {
    super(`the read model did not reach position ${String(position)} within ${String(waitedMs)} ms`);
  }
}

/** Long enough for a reader that works, short enough for a caller who waits. */
const defaultReadWaitMs = 1000;

type Query = (...parameters: never[]) => Promise<unknown>;

/**
 * The same queries, never behind a write that was acknowledged before the call: each waits until the
 * read model has reached the journal's head as of the call.
 * @param progress of the reader that feeds `queries`
 * @throws ReadModelBehind when it does not get there within `waitMs`
 */
export function readYourWrites<Queries extends Readonly<Record<keyof Queries, Query>>>(
  queries: Queries,
  feed: Pick<Feed, 'head'>,
  progress: ReaderProgress,
  waitMs = defaultReadWaitMs,
): Queries {
  async function reachHead(): Promise<void> {
    const head = await feed.head();
    if (!(await progress.caughtUp(head, waitMs))) throw new ReadModelBehind(head, waitMs, waitMs);
  }
  const fresh = Object.entries<Query>(queries).map(([name, query]) => [
    name,
    async (...parameters: never[]) => {
      await reachHead();
      return query(...parameters);
    },
  ]);
  return Object.fromEntries(fresh) as Queries;
}
