import { assert } from '../kernel';
import type { RecordedEvent } from '../ports';

/** A reader that skipped an event would leave it unaudited for ever: better to stop. */
export function assertBatch(batch: {
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
