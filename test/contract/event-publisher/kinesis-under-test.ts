import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { eventOfRecord } from '../../../src/adapters/aws/kinesis/event-record';
import {
  createKinesisPublisher,
  type KinesisPublisherOptions,
} from '../../../src/adapters/aws/kinesis/kinesis-publisher';
import type { RecordedEvent } from '../../../src/core/ports';
import { clientSettings } from '../../support/aws/emulators';
import { eventually } from '../../support/eventually';
import type { EventPublisherUnderTest } from './published-events';

export interface KinesisUnderTest extends EventPublisherUnderTest {
  readonly client: KinesisClient;
  readonly streamName: string;
}

let streams = 0;

/** A fresh stream of three shards. */
export async function openKinesis(
  emulator: { readonly endpoint: string },
  options: Partial<KinesisPublisherOptions> = {},
): Promise<KinesisUnderTest> {
  // The stand-ins speak HTTP/1.1 only.
  const client = new KinesisClient({
    ...clientSettings(emulator),
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  const streamName = `journal-${String((streams += 1))}`;
  await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 3 }));
  await eventually(async () => {
    const described = await client.send(new DescribeStreamSummaryCommand({ StreamName: streamName }));
    expect(described.StreamDescriptionSummary?.StreamStatus).toBe('ACTIVE');
  });
  return {
    client,
    streamName,
    publisher: createKinesisPublisher({ client, streamName, ...options }),
    arrived: () => readStream(client, streamName),
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

async function readStream(client: KinesisClient, streamName: string): Promise<readonly RecordedEvent[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
  const shards = await Promise.all(Shards.map(({ ShardId }) => readShard(client, streamName, ShardId ?? '')));
  return shards.flat();
}

async function readShard(
  client: KinesisClient,
  streamName: string,
  shardId: string,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let { ShardIterator: iterator } = await client.send(
    new GetShardIteratorCommand({
      StreamName: streamName,
      ShardId: shardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  while (iterator !== undefined) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }));
    for (const { Data } of page.Records ?? []) {
      const parsed = eventOfRecord(Data ?? new Uint8Array());
      if (parsed.kind === 'malformed') throw new Error(parsed.cause);
      events.push(parsed.event);
    }
    iterator = (page.Records ?? []).length > 0 ? page.NextShardIterator : undefined;
  }
  return events;
}
