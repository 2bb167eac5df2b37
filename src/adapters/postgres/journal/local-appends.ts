import { keptMetadata } from './kept-metadata';
import type { RecordedEvent } from '../../../core/ports';
import type { AppendResult, Submission } from './submission';

/** What this process has appended, for those who would otherwise read it back from the database. */
export interface LocalAppends {
  /**
   * Calls `listener` with the events of every commit of this process, in order; those of other processes lie between
   * them. It must not block.
   * @returns stops the calls
   */
  onAppended(listener: (events: readonly RecordedEvent[]) => void): () => void;
  /** Like `subscribe`, but not for the commits that `onAppended` tells of. */
  subscribeToOthers(wake: () => void): () => void;
}

export function createLocalAppends(partition: number) {
  const listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  return {
    onAppended(listener: (events: readonly RecordedEvent[]) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(batch: readonly Submission[], result: AppendResult): void {
      if (listeners.size === 0 || result.accepted.length === 0) return;
      const events = recordedEvents(partition, batch, result);
      for (const listener of listeners) listener(events);
    },
  };
}

/** The accepted appends of a batch as a reader of the journal sees them. */
export function recordedEvents(
  partition: number,
  batch: readonly Submission[],
  { accepted, positionBefore, recordedAt }: AppendResult,
): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  let position = positionBefore;
  for (const index of accepted) {
    const append = batch[index]?.append;
    if (append === undefined) continue;
    const { tenant } = append;
    let metadata = keptMetadata(append);
    for (const write of append.writes) {
      const { stream } = write;
      let version = write.expectedVersion;
      for (const { type, schemaVersion, data } of write.events) {
        position += 1;
        version += 1;
        events.push({
          partition,
          position,
          tenant,
          stream,
          version,
          type,
          schemaVersion,
          data,
          metadata,
          recordedAt,
        });
        metadata = append.metadata;
      }
    }
  }
  return events;
}
