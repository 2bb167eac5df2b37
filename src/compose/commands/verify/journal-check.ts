import { findVersionGap } from '../../../adapters/postgres/journal/queries/find-version-gap';
import { readExtent } from '../../../adapters/postgres/journal/queries/read-extent';
import { merchantCodec } from '../../../core/accounts';
import { chargeCodec, pspNoticeCodec } from '../../../core/payments';
import type { RecordedEvent } from '../../../core/ports';
import type { Books } from '../../books';
import { type Finding, counted, faultAt, sound } from './check';

const partition = 1;
/** Events in memory at a time. */
const pageLimit = 500;
const codecs = [chargeCodec, pspNoticeCodec, merchantCodec];

/** Positions 1 to the head without a gap, versions of every stream without a gap, and every event readable. */
export async function checkJournal({ records, pools }: Books): Promise<Finding> {
  const { head, last } = await readExtent(pools.dispatch, partition);
  if (last > head)
    return faultAt('head of the journal', {
      field: 'position',
      stored: String(head),
      expected: `${String(last)}, where the last event stands`,
    });
  let position = 0;
  let streams = 0;
  while (position < head) {
    const events = (await records.read(position, Math.min(pageLimit, head - position))).filter(
      (event) => event.position <= head,
    );
    for (const [index, event] of events.entries()) {
      const fault = positionFault(event, position + index + 1) ?? contentFault(event);
      if (fault !== null) return fault;
      if (event.version === 1) streams += 1;
    }
    const next = events.at(-1)?.position;
    if (next === undefined) return missing(position + 1);
    const gap = await findVersionGap(pools.dispatch, partition, { from: position, to: next });
    if (gap !== null)
      return faultAt(`position ${String(gap.position)}, stream ${gap.stream}`, {
        field: 'version',
        stored: String(gap.version),
        expected: `one that follows on the stream's events before it; ${String(gap.version - 1)} is not there`,
      });
    position = next;
  }
  return sound(`${counted(head, 'event')} in ${counted(streams, 'stream')}, no gap`);
}

const missing = (position: number): Finding =>
  faultAt(`position ${String(position)}`, { field: 'event', stored: 'missing', expected: 'an event' });

const positionFault = (event: RecordedEvent, position: number): Finding | null =>
  event.position === position ? null : missing(position);

function contentFault(event: RecordedEvent): Finding | null {
  const place = `position ${String(event.position)}, stream ${event.stream}, version ${String(event.version)}`;
  try {
    if (codecs.some((codec) => codec.decode(event) !== null)) return null;
    return faultAt(place, { field: 'type', stored: event.type, expected: 'a type that this program knows' });
  } catch (error) {
    return faultAt(place, {
      field: 'data',
      stored: `unreadable (${error instanceof Error ? error.message : String(error)})`,
      expected: `the fields of ${event.type}`,
    });
  }
}
