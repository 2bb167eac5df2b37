import { setTimeout as pause } from 'node:timers/promises';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-kinesis';
import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import type { DeployedFunction } from './deployed-function';
import type { EventSource } from './queue-source';

export interface StreamSourceOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  readonly target: DeployedFunction;
  /** @default 100 */
  readonly batchSize?: number;
  /** Deliveries of a batch after the first one; then it is given up. @default 10 */
  readonly retryAttempts?: number;
}

export interface StreamSource extends EventSource {
  /** Sequence numbers of records that were given up after all retries. */
  givenUp(): readonly string[];
}

const pollPauseMs = 200;
const retryPauseMs = 50;

/**
 * The event source mapping of Kinesis: one batch of each shard at a time. A batch that fails is halved and delivered
 * again; a function that names a record is delivered from there on; what no try helps is given up.
 */
export async function startStreamSource(options: StreamSourceOptions): Promise<StreamSource> {
  const { client, streamName } = options;
  const stopping = new AbortController();
  const givenUp: string[] = [];
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
  const shards = Shards.map(({ ShardId = '' }) =>
    pollShard(ShardId, { ...options, signal: stopping.signal, giveUp: (sequence) => givenUp.push(sequence) }),
  );
  return {
    givenUp: () => givenUp,
    async stop() {
      stopping.abort();
      await Promise.all(shards);
    },
  };
}

interface ShardPolling extends StreamSourceOptions {
  readonly signal: AbortSignal;
  readonly giveUp: (sequence: string) => void;
}

async function pollShard(shardId: string, options: ShardPolling): Promise<void> {
  const { client, streamName, batchSize = 100, signal } = options;
  const first = await client.send(
    new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  let iterator = first.ShardIterator;
  while (!signal.aborted && iterator !== undefined) {
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize }),
    );
    if (Records.length > 0) await deliver(shardId, Records, options);
    iterator = NextShardIterator;
    await pause(pollPauseMs);
  }
}

async function deliver(
  shardId: string,
  records: readonly StreamRecord[],
  options: ShardPolling,
): Promise<void> {
  const { target, retryAttempts = 10, signal, giveUp } = options;
  let left = records;
  let size = records.length;
  let retries = 0;
  while (left.length > 0 && !signal.aborted) {
    const batch = left.slice(0, size);
    const failedAt = await firstFailure(shardId, batch, target);
    if (failedAt === null) {
      left = left.slice(batch.length);
      size = left.length;
      retries = 0;
      continue;
    }
    if (failedAt > 0) retries = 0;
    left = left.slice(failedAt);
    if (retries === retryAttempts) {
      giveUp(left[0]?.SequenceNumber ?? '');
      left = left.slice(1);
      retries = 0;
      size = left.length;
      continue;
    }
    retries += 1;
    size = Math.max(1, Math.ceil(size / 2));
    await pause(retryPauseMs);
  }
}

/** The index of the first record to deliver again; null when there is none. */
async function firstFailure(
  shardId: string,
  batch: readonly StreamRecord[],
  target: DeployedFunction,
): Promise<number | null> {
  const event: KinesisStreamEvent = { Records: batch.map((record) => streamRecordOf(record, shardId)) };
  try {
    const answer = (await target.invoke(event)) as KinesisStreamBatchResponse | null;
    const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const index = batch.findIndex(({ SequenceNumber }) => failed.has(SequenceNumber ?? ''));
    return index === -1 ? null : index;
  } catch {
    return 0;
  }
}

/** A record as it stands in the event of a function. */
export const streamRecordOf = (
  {
    Data = new Uint8Array(),
    PartitionKey = '',
    SequenceNumber = '',
    ApproximateArrivalTimestamp,
  }: StreamRecord,
  shardId: string,
): KinesisStreamRecord => ({
  awsRegion: 'eu-central-1',
  eventID: `${shardId}:${SequenceNumber}`,
  eventName: 'aws:kinesis:record',
  eventSource: 'aws:kinesis',
  eventSourceARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/fincore-journal',
  eventVersion: '1.0',
  invokeIdentityArn: 'arn:aws:iam::000000000000:role/reader',
  kinesis: {
    kinesisSchemaVersion: '1.0',
    partitionKey: PartitionKey,
    sequenceNumber: SequenceNumber,
    data: Buffer.from(Data).toString('base64'),
    approximateArrivalTimestamp: (ApproximateArrivalTimestamp?.getTime() ?? 0) / 1_000,
  },
});
