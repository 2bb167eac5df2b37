import { type Append, JournalOverloaded, JournalUnavailable } from '../../../core/ports';
import type { AppendResult } from './queries/append';

export type WriteOutcome =
  | {
      readonly kind: 'appended';
      readonly version: number;
      readonly position: number;
      readonly recordedAt: number;
    }
  /** The stream had moved on, or the idempotency key was known. */
  | { readonly kind: 'not_accepted' };

export interface GroupCommitOptions {
  /** Appends in one commit at most. */
  readonly batchLimit: number;
  /** Appends that may wait; one more is refused with JournalOverloaded. */
  readonly queueLimit: number;
  /** Writes a batch in one transaction. Throws when nothing of it was written, or when that is unknown. */
  readonly write: (batch: readonly Append[]) => Promise<AppendResult>;
  /** Whether an error of `write` is about the batch's content rather than the connection. */
  readonly isContentError: (error: unknown) => boolean;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** The wait that an overloaded journal asks for: a few commits. */
const retryAfterMs = 1_000;

/** Fewer are not divided: a second commit would cost more than it evens out. */
const dividedFrom = 32;

/**
 * While one commit is in flight, arriving appends wait and go together in the next. There is no timer: an
 * idle journal commits at once, a busy one commits what has gathered, but no more than half of those on their way:
 * callers who wait for their answers ask again together, and in one large batch and one small one by turns they would
 * leave first this process idle and then the database.
 */
export function createGroupCommit(options: GroupCommitOptions) {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | null = null;

  function submit(append: Append): Promise<WriteOutcome> {
    if (waiting.length >= options.queueLimit)
      return Promise.reject(new JournalOverloaded(waiting.length, retryAfterMs));
    return new Promise((resolve, reject) => {
      waiting.push({ append, resolve, reject });
      // setImmediate lets every request of this turn of the event loop join the batch.
      flushing ??= new Promise<void>((done) => setImmediate(done)).then(flushAll);
    });
  }

  async function flushAll(): Promise<void> {
    let answered = 0;
    while (waiting.length > 0) {
      const onTheirWay = waiting.length + answered;
      const share = onTheirWay < dividedFrom ? onTheirWay : Math.ceil(onTheirWay / 2);
      const { batch, rest } = takeBatch(waiting, Math.min(share, options.batchLimit));
      waiting = rest;
      await flush(batch);
      answered = batch.length;
    }
    flushing = null;
  }

  async function flush(batch: readonly Waiting[]): Promise<void> {
    try {
      settle(batch, await options.write(batch.map((entry) => entry.append)));
    } catch (error) {
      if (!options.isContentError(error)) {
        const unavailable = new JournalUnavailable('the journal did not confirm the append', {
          cause: error,
        });
        for (const entry of batch) entry.reject(unavailable);
      } else if (batch.length === 1) {
        batch[0]?.reject(error instanceof Error ? error : new Error(String(error)));
      } else {
        // One append that the database cannot store must not fail its neighbours: each goes alone.
        for (const entry of batch) await flush([entry]);
      }
    }
  }

  return {
    submit,
    waiting: () => waiting.length,
    /** Resolves when everything submitted so far has been answered. */
    async drain(): Promise<void> {
      while (flushing !== null) await flushing;
    },
  };
}

/** The oldest appends up to the limit, each stream and each key once; what comes second waits its turn. */
function takeBatch(waiting: readonly Waiting[], limit: number): { batch: Waiting[]; rest: Waiting[] } {
  const batch: Waiting[] = [];
  const rest: Waiting[] = [];
  const taken = new Set<string>();
  for (const entry of waiting) {
    const { stream, idempotency } = entry.append;
    const key = idempotency === undefined ? null : `key ${idempotency.keyHash.toString('latin1')}`;
    if (batch.length === limit || taken.has(stream) || (key !== null && taken.has(key))) {
      rest.push(entry);
      continue;
    }
    taken.add(stream);
    if (key !== null) taken.add(key);
    batch.push(entry);
  }
  return { batch, rest };
}

function settle(batch: readonly Waiting[], result: AppendResult): void {
  const accepted = new Set(result.accepted);
  let position = result.positionBefore;
  batch.forEach(({ append, resolve }, index) => {
    if (!accepted.has(index)) {
      resolve({ kind: 'not_accepted' });
      return;
    }
    position += append.events.length;
    resolve({
      kind: 'appended',
      version: append.expectedVersion + append.events.length,
      position,
      recordedAt: result.recordedAt,
    });
  });
}
