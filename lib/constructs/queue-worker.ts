import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { FunctionReleases } from './function-releases';
import { letSend } from './narrow-grants';
import { StageFunction, type StageFunctionProps } from './stage-function';
import type { WorkQueue } from './work-queue';

export interface QueueWorkerProps extends Omit<StageFunctionProps, 'timeout' | 'reservedConcurrency'> {
  readonly releases: FunctionReleases;
  /** All with the same timeout of their worker. */
  readonly queues: readonly WorkQueue[];
  /** Batches of one queue at once. */
  readonly maximumConcurrency: number;
}

/** Messages of one invocation. A job waits for a PSP most of its time, so a batch takes little longer than one job. */
const batchSize = 10;

/** A function that does the jobs of one or more queues. It settles each message itself: done, later, or dead with its cause. */
export class QueueWorker extends Construct {
  readonly function: StageFunction;
  readonly queues: readonly WorkQueue[];

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const { releases, queues, maximumConcurrency, ...functionProps } = props;
    const [first] = queues;
    if (first === undefined) throw new Error(`QueueWorker ${id} has no queue.`);
    this.queues = queues;
    this.function = new StageFunction(this, 'Function', {
      ...functionProps,
      timeout: first.workerTimeout,
      reservedConcurrency: maximumConcurrency * queues.length,
    });
    const live = releases.release(this, this.function);
    for (const { queue } of queues) {
      live.addEventSource(
        new SqsEventSource(queue, {
          batchSize,
          reportBatchItemFailures: true,
          maxConcurrency: maximumConcurrency,
        }),
      );
    }
    // A failed job goes on in a fresh message, and one that no try can help becomes a dead letter.
    letSend(
      this.function,
      queues.flatMap(({ queue, deadLetters }) => [queue, deadLetters]),
    );
  }
}
