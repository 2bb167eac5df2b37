import type { Feed, Reader } from '../core/ports';
import { type Finding, faultAt } from './check';

/** How far a reader has come, and how far the journal reached just after. */
export type Reach =
  | { readonly kind: 'within'; readonly checkpoint: number; readonly note: string }
  | { readonly kind: 'beyond'; readonly finding: Finding };

/** A reader may lag, and is compared as far as it has come; it can never be ahead of what it reads. */
export async function reachOf(
  reader: Pick<Reader, 'name' | 'checkpoint'>,
  feed: Pick<Feed, 'head'>,
): Promise<Reach> {
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
  const behind = head - checkpoint;
  return {
    kind: 'within',
    checkpoint,
    note: behind === 0 ? 'up to the head' : `up to ${String(checkpoint)}, ${String(behind)} behind the head`,
  };
}
