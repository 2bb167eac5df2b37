import { digestOfAnswer } from '../adapters/postgres/journal/kept-metadata';
import { findAnswers } from '../adapters/postgres/journal/queries/find-answers';
import { findForgotten } from '../adapters/postgres/journal/queries/find-forgotten';
import { type RecordedEvent, leastKeepDays } from '../core/ports';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import { createStrayKeys } from './stray-keys';

/**
 * The answer that each event's request got is there, as it was given: a retry gets the same and has no second effect.
 * Every other stored answer is a fault, because a request with its key would get it and have no effect. An answer from
 * before the time up to which answers are forgotten may be gone, or be that of a later request with the same key.
 */
export async function checkAnswers(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn, pageLimit } = verification;
  const head = await stores.records.head();
  const stray = createStrayKeys(stores);
  const joined = feed.join(progress.answers.position);
  try {
    while (progress.answers.position < head) {
      const { position, count, keysFromMs } = progress.answers;
      const events = await joined.read(position, Math.min(pageLimit, head - position));
      const answered = events.filter(({ metadata }) => metadata.answered !== undefined);
      const fault = await faultIn(stores, answered);
      if (fault !== null) return fault;
      const next = await stray.page(events, keysFromMs);
      if ('kind' in next) return next;
      // A gap in the positions is the finding of the journal's own check.
      progress.answers = {
        position: events.at(-1)?.position ?? head,
        count: count + answered.length,
        keysFromMs: next.fromMs,
      };
      if (progress.answers.position < head && !mayGoOn()) return unfinished;
    }
  } finally {
    joined.leave();
  }
  const { position, keysFromMs } = progress.answers;
  const fault = await stray.tail(position, keysFromMs);
  if (fault !== null) return fault;
  return sound(`${counted(progress.answers.count, 'answer')} as they were given`);
}

/** As long as a retry is promised its answer, without the difference that clocks may have. */
const keptMs = (leastKeepDays * 24 - 1) * 3_600_000;

async function faultIn(
  { pools, clock }: Verification['stores'],
  answered: readonly RecordedEvent[],
): Promise<Finding | null> {
  if (answered.length === 0) return null;
  const keys = answered.map((event) => Buffer.from(keyOf(event), 'hex'));
  const rows = await findAnswers(pools.journal, keys);
  const answers = new Map(
    rows.map(({ key_hash, request_hash, status, body, recorded_at_ms }) => [
      key_hash.toString('hex'),
      { digest: digestOfAnswer({ requestHash: request_hash, answer: { status, body } }), recorded_at_ms },
    ]),
  );
  // After the answers: one that is forgotten meanwhile is missing only if this says so.
  const forgottenMs = (await findForgotten(pools.journal)) ?? -Infinity;
  const keptAfterMs = Math.min(clock() - keptMs, forgottenMs);
  for (const event of answered) {
    const key = keyOf(event);
    const answer = answers.get(key);
    const isKept = event.recordedAt > keptAfterMs || answer?.recorded_at_ms === event.recordedAt;
    if (!isKept) continue;
    const stored = answer?.digest;
    const place = `idempotency key ${key} of position ${String(event.position)}, stream ${event.stream}`;
    if (stored === undefined)
      return faultAt(place, { field: 'answer', stored: 'missing', expected: 'the answer that was given' });
    const expected = event.metadata.answered?.slice(key.length + 1) ?? '';
    if (stored !== expected) return faultAt(place, { field: 'answer', stored: `digest ${stored}`, expected });
  }
  return null;
}

const keyOf = ({ metadata }: RecordedEvent): string => (metadata.answered ?? '').split('.', 1)[0] ?? '';
