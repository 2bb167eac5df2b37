import type { Feed, Reader } from '../core/ports';
import { checkpointSetBack } from '../core/ports';
import { type Finding, faultAt } from './check';

/** How far a reader has come, and how far the journal reached just after. */
export type Reach =
  | { readonly kind: 'within'; readonly checkpoint: number; readonly note: string }
  | { readonly kind: 'beyond'; readonly finding: Finding };

/** Of a reader that keeps no rows, or whose rows are each compared with its checkpoint. */
export const noNewestRow = (): Promise<number> => Promise.resolve(0);

/**
 * A reader may lag, and is compared as far as it has come; it can never be ahead of what it reads, or behind its rows.
 * @param newestRow the position of the newest event that the reader has rows of
 */
export async function reachOf(
  reader: Pick<Reader, 'name' | 'checkpoint'>,
  feed: Pick<Feed, 'head'>,
  newestRow: () => Promise<number>,
): Promise<Reach> {
  // First the rows: a checkpoint that is read after them is never behind them, unless somebody set it back.
  const shown = await newestRow();
  const checkpoint = await reader.checkpoint();
  const head = await feed.head();
  if (checkpoint > head) {
    const difference = {
      field: 'position',
      stored: String(checkpoint),
      expected: `${String(head)}, the head of the journal, or less`,
    };
    return { kind: 'beyond', finding: faultAt(`checkpoint of ${reader.name}`, difference) };
  }
  if (checkpoint < shown) {
    const { place, ...difference } = checkpointSetBack(reader.name, { shown, reached: checkpoint });
    return { kind: 'beyond', finding: faultAt(`${place.object} ${place.id}`, difference) };
  }
  const behind = head - checkpoint;
  return {
    kind: 'within',
    checkpoint,
    note: behind === 0 ? 'up to the head' : `up to ${String(checkpoint)}, ${String(behind)} behind the head`,
  };
}
