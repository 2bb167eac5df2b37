import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { deliverMessage } from './deliver-message';
import { messageOfRecord } from './queue-message';
import type { SqsQueue, SqsQueues } from './sqs-queues';
import type { JobHandler, Log, RetryPolicy } from '../../../core/ports';

export interface QueueWorkerOptions {
  readonly client: SQSClient;
  readonly queues: SqsQueues;
  readonly handler: JobHandler;
  /** By the queue's name. */
  readonly retries: Readonly<Record<string, RetryPolicy>>;
  readonly log: Log;
}

/** What remains of an invocation's time. */
interface TimeLeft {
  getRemainingTimeInMillis(): number;
}

/**
 * Does the jobs that SQS delivers, those of one batch side by side. Each message is brought to an outcome of its own:
 * what is done is deleted, what is to come again is reported as a failure of that message alone.
 */
export function createQueueWorker({ client, queues, handler, retries, log }: QueueWorkerOptions) {
  /** Whether the message may be deleted. */
  async function settle(record: SQSRecord, leaseMs: number): Promise<boolean> {
    try {
      const { queue, retry } = placeOf(record, queues, retries);
      const settled = await deliverMessage(
        { client, queue, retry, handler, leaseMs, log, random: Math.random, clock: Date.now },
        messageOfRecord(record),
      );
      return settled === 'delete';
    } catch (error) {
      log.error({ err: error, messageId: record.messageId }, 'the outcome of a message could not be written');
      return false;
    }
  }

  return async ({ Records }: SQSEvent, time: TimeLeft): Promise<SQSBatchResponse> => {
    const leaseMs = time.getRemainingTimeInMillis();
    const settled = await Promise.all(
      Records.map(async (record) => ({ record, isDone: await settle(record, leaseMs) })),
    );
    return {
      batchItemFailures: settled
        .filter(({ isDone }) => !isDone)
        .map(({ record }) => ({ itemIdentifier: record.messageId })),
    };
  };
}

/** The ARN that a record comes with and the URL of its queue end with the same name. */
function placeOf(
  { eventSourceARN }: SQSRecord,
  queues: SqsQueues,
  retries: QueueWorkerOptions['retries'],
): { readonly queue: SqsQueue; readonly retry: RetryPolicy } {
  const physicalName = eventSourceARN.split(':').at(-1);
  for (const [name, queue] of Object.entries(queues)) {
    const retry = retries[name];
    if (retry !== undefined && new URL(queue.url).pathname.split('/').at(-1) === physicalName)
      return { queue, retry };
  }
  throw new Error(
    `${eventSourceARN} is no queue of this worker; it works on ${Object.keys(retries).join(', ')}`,
  );
}
