import type { Pool } from 'pg';
import type { EventPublisher, Job, JobSender, Metrics, Reader, RecordedEvent } from '../../../core/ports';
import { advanceCheckpoint } from '../../postgres/advance-checkpoint';
import { inTransaction } from '../../postgres/pool';
import { readRelayCheckpoint } from './queries/read-checkpoint';

export interface RelayReaderDependencies {
  /** Of the journal's database. */
  readonly pool: Pool;
  readonly publisher: EventPublisher;
  readonly queue: JobSender;
  /** The jobs of a batch. May read, and is asked again for a batch that could not be handed on. */
  readonly jobsFor: (events: readonly RecordedEvent[]) => readonly Job[] | Promise<readonly Job[]>;
  readonly metrics: Metrics;
  /** Called for each batch that is handed on. @default nobody watches */
  readonly watch?: (events: readonly RecordedEvent[]) => HandOver;
}

/** Somebody who watches a batch while it is handed on. */
export interface HandOver {
  /** The job as it is sent: with a mark of who sent it, and otherwise as it is. */
  jobAsSent(job: Job): Job;
  ended(isDone: boolean): void;
}

const unwatched = (): HandOver => ({ jobAsSent: (job) => job, ended: () => undefined });

/**
 * Hands the journal on: publishes a batch, sends its jobs, and only then moves the checkpoint, in this order. A
 * failure leaves the checkpoint where it was, and the whole batch is handed on again: at least once, never lost. The
 * next batch is read when this one is done, so the stream's pace is the relay's, and the rest waits in the journal.
 */
export function createRelayReader(dependencies: RelayReaderDependencies): Reader {
  const { pool, publisher, queue, jobsFor, metrics, watch = unwatched } = dependencies;

  async function handOn(events: readonly RecordedEvent[], watched: HandOver): Promise<void> {
    await publisher.publish(events);
    metrics.record('EventsPublished', events.length);
    const jobs = await jobsFor(events);
    if (jobs.length === 0) return;
    await queue.enqueue(jobs.map((job) => watched.jobAsSent(job)));
    metrics.record('JobsSent', jobs.length);
  }

  return {
    name: 'relay',
    checkpoint: () => readRelayCheckpoint(pool),
    async apply(from, events) {
      const to = events.at(-1)?.position ?? from;
      const watched = watch(events);
      try {
        await handOn(events, watched);
      } catch (error) {
        watched.ended(false);
        throw error;
      }
      watched.ended(true);
      const isOurs = await inTransaction(pool, (client) =>
        advanceCheckpoint(client, { schema: 'relay', reader: 'relay', from, to }),
      );
      // Another leader was faster: what was handed on twice is recognised by position and by key.
      return isOurs ? 'applied' : 'moved';
    },
  };
}
