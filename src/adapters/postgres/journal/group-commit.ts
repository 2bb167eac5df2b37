import {
  type AppendOutcome,
  type AppendToken,
  JournalOverloaded,
  JournalUnavailable,
  shortfallOf,
} from '../../../core/ports';
import type { AppendResult, Submission } from './submission';

export type WriteOutcome =
  | Extract<AppendOutcome, { kind: 'appended' | 'insufficient' }>
  /** A stream had moved on, the append before was not written, or the idempotency key was known. */
  | { readonly kind: 'not_accepted' };

export interface GroupCommitOptions {
  /** Appends in one commit at most. */
  readonly batchLimit: number;
  /** Appends that may wait; one more is refused with JournalOverloaded. */
  readonly queueLimit: number;
  /** Writes a batch in one transaction. Throws when nothing of it was written, or when that is unknown. */
  readonly write: (batch: readonly Submission[]) => Promise<AppendResult>;
  /** Whether an error of `write` is about the batch's content rather than the connection. */
  readonly isContentError: (error: unknown) => boolean;
}

interface Waiting {
  readonly submission: Submission;
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
  const written = new WeakSet<AppendToken>();

  function submit(submission: Submission): Promise<WriteOutcome> {
    if (waiting.length >= options.queueLimit)
      return Promise.reject(new JournalOverloaded(waiting.length, retryAfterMs));
    return new Promise((resolve, reject) => {
      waiting.push({ submission, resolve, reject });
      // setImmediate lets every request of this turn of the event loop join the batch.
      flushing ??= new Promise<void>((done) => setImmediate(done)).then(flushAll);
    });
  }

  async function flushAll(): Promise<void> {
    let answered = 0;
    while (waiting.length > 0) {
      const onTheirWay = waiting.length + answered;
      const share = onTheirWay < dividedFrom ? onTheirWay : Math.ceil(onTheirWay / 2);
      const { batch, rest, orphans } = takeBatch(waiting, Math.min(share, options.batchLimit), written);
      waiting = rest;
      for (const { resolve } of orphans) resolve({ kind: 'not_accepted' });
      if (batch.length > 0) await flush(batch);
      answered = batch.length;
    }
    flushing = null;
  }

  async function flush(batch: readonly Waiting[]): Promise<void> {
    try {
      settle(batch, await options.write(batch.map(({ submission }) => submission)), written);
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
        for (const entry of batch)
          if (isOrphan(entry, written)) entry.resolve({ kind: 'not_accepted' });
          else await flush([entry]);
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

type Tokens = Pick<WeakSet<AppendToken>, 'has'>;

/** Whether an append was decided on one that is not written. */
const isOrphan = ({ submission: { append } }: Waiting, written: Tokens): boolean =>
  append.after !== undefined && !written.has(append.after);

/**
 * The oldest appends up to the limit, each key once: what comes second waits its turn, and so does what was decided on
 * it. Orphans are those whose append before them was not written, and is not on its way.
 */
function takeBatch(waiting: readonly Waiting[], limit: number, written: Tokens) {
  const batch: Waiting[] = [];
  const rest: Waiting[] = [];
  const orphans: Waiting[] = [];
  const taken = new Set<AppendToken>();
  const held = new Set<AppendToken>();
  const keys = new Set<string>();
  for (const entry of waiting) {
    const { token, after, idempotency } = entry.submission.append;
    const key = idempotency?.keyHash.toString('latin1');
    const isHeld = after !== undefined && held.has(after);
    if (!isHeld && isOrphan(entry, written) && (after === undefined || !taken.has(after))) {
      orphans.push(entry);
      continue;
    }
    if (isHeld || batch.length === limit || (key !== undefined && keys.has(key))) {
      rest.push(entry);
      if (token !== undefined) held.add(token);
      continue;
    }
    batch.push(entry);
    if (token !== undefined) taken.add(token);
    if (key !== undefined) keys.add(key);
  }
  return { batch, rest, orphans };
}

function settle(batch: readonly Waiting[], result: AppendResult, written: WeakSet<AppendToken>): void {
  const accepted = new Set(result.accepted);
  const insufficient = new Map(result.insufficient.map((refused) => [refused.index, refused]));
  let position = result.positionBefore;
  batch.forEach(({ submission: { append, effects }, resolve }, index) => {
    const refused = insufficient.get(index);
    if (refused !== undefined) {
      resolve({ kind: 'insufficient', ...shortfallOf(effects, refused.balance, refused.amountMinor) });
      return;
    }
    if (!accepted.has(index)) {
      resolve({ kind: 'not_accepted' });
      return;
    }
    if (append.token !== undefined) written.add(append.token);
    const versions = append.writes.map(({ expectedVersion, events }) => expectedVersion + events.length);
    for (const { events } of append.writes) position += events.length;
    resolve({ kind: 'appended', versions, position, recordedAt: result.recordedAt });
  });
}
