import { findVersionGap } from '../adapters/postgres/journal/queries/find-version-gap';
import { readExtent } from '../adapters/postgres/journal/queries/read-extent';
import { contexts } from '../core/contexts';
import type { RecordedEvent } from '../core/ports';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import type { JoinedFeed } from './shared-feed';

const partition = 1;

/** Positions 1 to the head without a gap, versions of every stream without a gap, and every event readable. */
export async function checkJournal(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn } = verification;
  const { head, last } = await readExtent(stores.pools.journal, partition);
  if (last > head)
    return faultAt('head of the journal', {
      field: 'position',
      stored: String(head),
      expected: `${String(last)}, where the last event stands`,
    });
  const joined = feed.join(progress.journal.position);
  try {
    while (progress.journal.position < head) {
      const fault = await checkPage(verification, joined, head);
      if (fault !== null) return fault;
      if (progress.journal.position < head && !mayGoOn()) return unfinished;
    }
  } finally {
    joined.leave();
  }
  return sound(`${counted(head, 'event')} in ${counted(progress.journal.streams, 'stream')}, no gap`);
}

async function checkPage(
  { stores: { pools }, progress, pageLimit }: Verification,
  feed: JoinedFeed,
  head: number,
): Promise<Finding | null> {
  const { position, streams } = progress.journal;
  const page = await feed.read(position, Math.min(pageLimit, head - position));
  const events = page.filter((event) => event.position <= head);
  const next = events.at(-1)?.position;
  // Asked while the events are looked at: the database works meanwhile.
  const asked =
    next === undefined ? null : findVersionGap(pools.journal, partition, { from: position, to: next });
  asked?.catch(() => undefined);
  for (const [index, event] of events.entries()) {
    const fault = positionFault(event, position + index + 1) ?? contentFault(event);
    if (fault !== null) return fault;
  }
  if (next === undefined) return missing(position + 1);
  const gap = await asked;
  if (gap !== null)
    return faultAt(`position ${String(gap.position)}, stream ${gap.stream}`, {
      field: 'version',
      stored: String(gap.version),
      expected: `one that follows on the stream's events before it; ${String(gap.version - 1)} is not there`,
    });
  const begun = events.filter(({ version }) => version === 1).length;
  progress.journal = { position: next, streams: streams + begun };
  return null;
}

const missing = (position: number): Finding =>
  faultAt(`position ${String(position)}`, { field: 'event', stored: 'missing', expected: 'an event' });

const positionFault = (event: RecordedEvent, position: number): Finding | null =>
  event.position === position ? null : missing(position);

function contentFault(event: RecordedEvent): Finding | null {
  const place = `position ${String(event.position)}, stream ${event.stream}, version ${String(event.version)}`;
  try {
    if (contexts.kindOf(event.type)?.decode(event)) return null;
    return faultAt(place, { field: 'type', stored: event.type, expected: 'a type that this program knows' });
  } catch (error) {
    return faultAt(place, {
      field: 'data',
      stored: `unreadable (${error instanceof Error ? error.message : String(error)})`,
      expected: `the fields of ${event.type}`,
    });
  }
}
