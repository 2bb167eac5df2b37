import { findAnsweringEvents } from '../adapters/postgres/journal/queries/find-answering-events';
import { findKeysRecorded } from '../adapters/postgres/journal/queries/find-keys-recorded';
import type { Stores } from '../compose/stores';
import type { RecordedEvent } from '../core/ports';
import { type Finding, faultAt } from './check';

const partition = 1;
const keysPerPage = 2_000;
/** Positions that one statement searches for the event of a key. */
const searchedPositions = 20_000;
/** Positions around the walk that are searched first: most keys that it does not know belong to a neighbor. */
const nearPositions = 1_000;

/**
 * Follows the walk through the journal and finds idempotency keys that no event was recorded with. A key and its event
 * have the same time, so a page of events explains the keys of the time that it spans.
 */
export interface StrayKeys {
  /** Looks at the keys before the time of the page's last event. @returns a fault, or where the next page begins */
  page(events: readonly RecordedEvent[], fromMs: number): Promise<Finding | { readonly fromMs: number }>;
  /** Looks at all later keys, once the walk has reached the head. */
  tail(position: number, fromMs: number): Promise<Finding | null>;
}

export function createStrayKeys({ records, pools }: Stores): StrayKeys {
  /** Of the events in the millisecond in which the page before ended. */
  let ofLastMillisecond: readonly string[] = [];

  async function strayIn(
    window: { readonly fromMs: number; readonly untilMs: number | null },
    known: ReadonlySet<string>,
    position: number,
  ): Promise<Finding | null> {
    let after = '';
    for (;;) {
      const found = await findKeysRecorded(pools.journal, window, { after, limit: keysPerPage });
      const unknown = found.filter((key) => !known.has(key));
      const [stray] = unknown.length === 0 ? [] : await unexplained(unknown, position);
      if (stray !== undefined) return strayKey(stray);
      const last = found.at(-1);
      if (last === undefined || found.length < keysPerPage) return null;
      after = last;
    }
  }

  /** Searches the whole journal if need be: its clock may have been set back between a key and its neighbors. */
  async function unexplained(keys: readonly string[], position: number): Promise<readonly string[]> {
    const left = new Set(keys);
    const search = async (from: number, to: number) => {
      for (const key of await findAnsweringEvents(pools.journal, partition, { from, to }, [...left]))
        left.delete(key);
    };
    await search(position - nearPositions, position + nearPositions);
    let to = await records.head();
    while (left.size > 0 && to > 0) {
      await search(to - searchedPositions, to);
      to -= searchedPositions;
    }
    return [...left];
  }

  return {
    async page(events, fromMs) {
      const last = events.at(-1);
      if (last === undefined) return { fromMs };
      const untilMs = Math.max(fromMs, last.recordedAt);
      const known = new Set([...ofLastMillisecond, ...events.flatMap(keyOf)]);
      const fault = await strayIn({ fromMs, untilMs }, known, last.position);
      if (fault !== null) return fault;
      const late = events.filter(({ recordedAt }) => recordedAt >= untilMs).flatMap(keyOf);
      ofLastMillisecond = untilMs > fromMs ? late : [...ofLastMillisecond, ...late];
      return { fromMs: untilMs };
    },
    tail: (position, fromMs) => strayIn({ fromMs, untilMs: null }, new Set(ofLastMillisecond), position),
  };
}

const strayKey = (key: string): Finding =>
  faultAt(`idempotency key ${key}`, {
    field: 'answer',
    stored: 'there',
    expected: 'none, as no event was recorded with it',
  });

const keyOf = ({ metadata }: RecordedEvent): readonly string[] =>
  metadata.answered === undefined ? [] : [metadata.answered.split('.', 1)[0] ?? ''];
