import { assert } from '../core/kernel';
import type { Feed, Reader, RecordedEvent } from '../core/ports';

export interface CarriedOptions {
  /** Events in one transaction at most. @default 500 */
  readonly batchLimit?: number;
  /** Transactions at most; a reader that is further behind goes on with the next batch. @default 100 */
  readonly stepLimit?: number;
  /** Reaches at least this position, even if nothing that was carried stands there. @default 0 */
  readonly through?: number;
  /** Asked before every transaction: whether there is time for it. @default always */
  readonly hasTime?: () => boolean;
}

/** How far the reader has come, and what took it there. */
export interface CarriedOutcome {
  readonly position: number;
  /** Where the carried events end. */
  readonly target: number;
  /** Events that took effect here as they were carried. */
  readonly fromBatch: number;
  /** Events that took effect here and were read from the journal, because the batch left them out. */
  readonly fromJournal: number;
  readonly end:
    | { readonly kind: 'reached' }
    /** Out of steps or of time. */
    | { readonly kind: 'paused' }
    | { readonly kind: 'failed'; readonly error: unknown };
}

const defaultBatchLimit = 500;
const defaultStepLimit = 100;

/**
 * Takes a reader to the newest of the events that a stream carried to it. A stream keeps order for each of its
 * shards only, and delivers twice and out of turn, so the events are carrier and wake-up at once: what continues the
 * reader's checkpoint is applied from the batch, what the batch leaves out is read from the journal by position.
 * The reader applies every event of the journal, in the journal's order. After a failure the events come one by
 * one, so that every event before one that the reader cannot take has its effect. Never throws: a failure says how far the
 * reader came before it.
 * @source docs/adr/0010, docs/adr/0014
 */
export async function applyCarried(
  reader: Reader,
  feed: Pick<Feed, 'read'>,
  carried: readonly RecordedEvent[],
  options: CarriedOptions = {},
): Promise<CarriedOutcome> {
  const { batchLimit = defaultBatchLimit, stepLimit = defaultStepLimit } = options;
  const { hasTime = () => true, through = 0 } = options;
  const byPosition = new Map(carried.map((event) => [event.position, event]));
  const target = Math.max(through, ...byPosition.keys());
  const counts = { fromBatch: 0, fromJournal: 0 };
  let position = 0;
  let size = batchLimit;
  const outcome = (end: CarriedOutcome['end']): CarriedOutcome => ({ position, target, ...counts, end });
  try {
    position = await reader.checkpoint();
    for (let step = 0; step < stepLimit && hasTime(); step += 1) {
      if (position >= target) return outcome({ kind: 'reached' });
      const limit = Math.min(size, target - position);
      const prefix = continuing(byPosition, position, limit);
      const events = await filledUp(feed, prefix, { position, limit });
      const applied = await reader.apply(position, events).catch((error: unknown) => {
        if (events.length === 1) throw error;
        return 'failed' as const;
      });
      if (applied === 'failed') {
        size = 1;
        continue;
      }
      size = Math.min(batchLimit, 2 * size);
      if (applied === 'applied') {
        counts.fromBatch += prefix.length;
        counts.fromJournal += events.length - prefix.length;
        position += events.length;
      } else {
        // Another shard's batch was faster, or this one took effect and its answer was lost.
        const moved = await reader.checkpoint();
        assert(moved !== position, `${reader.name} refused a batch from its own checkpoint`);
        position = moved;
      }
    }
    return outcome({ kind: position >= target ? 'reached' : 'paused' });
  } catch (error) {
    return outcome({ kind: 'failed', error });
  }
}

/** The carried events that follow `position` without a gap, at most `limit`. */
function continuing(
  byPosition: ReadonlyMap<number, RecordedEvent>,
  position: number,
  limit: number,
): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  while (events.length < limit) {
    const next = byPosition.get(position + events.length + 1);
    if (next === undefined) break;
    events.push(next);
  }
  return events;
}

/** The same, up to `limit` with what the journal has next: one query and one transaction, however many gaps. */
async function filledUp(
  feed: Pick<Feed, 'read'>,
  prefix: readonly RecordedEvent[],
  { position, limit }: { readonly position: number; readonly limit: number },
): Promise<readonly RecordedEvent[]> {
  if (prefix.length === limit) return prefix;
  const after = position + prefix.length;
  const read = await feed.read(after, limit - prefix.length);
  const first = read[0];
  if (first === undefined && prefix.length === 0)
    throw new Error(
      `the journal has no event at position ${String(after + 1)}, the stream carries later ones`,
    );
  assert(
    first === undefined || (first.position === after + 1 && read.at(-1)?.position === after + read.length),
    `the feed has a gap after position ${String(after)}`,
  );
  return [...prefix, ...read];
}
