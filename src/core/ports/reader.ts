import { assert } from '../kernel';
import type { RecordedEvent } from './journal';

/**
 * Something that is derived from the journal, with a checkpoint that is committed together with what it
 * derives. Delivered twice, or raced by another process, a batch takes effect once.
 */
export interface Reader {
  readonly name: string;
  /** The position up to which everything has taken effect; 0 at the beginning. */
  checkpoint(): Promise<number>;
  /**
   * Applies events that follow `from` without a gap and moves the checkpoint from `from` to the last of them,
   * in one transaction.
   * @returns `moved` when the checkpoint was not at `from` (another process was faster): nothing was written.
   */
  apply(from: number, events: readonly RecordedEvent[]): Promise<'applied' | 'moved'>;
}

/** A reader whose derived data can be thrown away and derived again. */
export interface RebuildableReader extends Reader {
  /** Empties everything derived and sets the checkpoint to 0, in one transaction. */
  reset(): Promise<void>;
}

/** What every reader asserts of a batch: anyone who passed over an event would never come back to it. */
export function assertContinues(batch: {
  readonly partition: number;
  readonly from: number;
  readonly events: readonly RecordedEvent[];
}): void {
  batch.events.forEach(({ partition, position }, index) =>
    assert(
      partition === batch.partition && position === batch.from + index + 1,
      `event ${String(partition)}/${String(position)} follows ${String(batch.partition)}/${String(batch.from + index)}`,
    ),
  );
}
