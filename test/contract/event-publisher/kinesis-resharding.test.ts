import { ListShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import type { Emulator } from '../../support/aws/emulator-process';
import { startKinesisLocal } from '../../support/aws/emulators';
import { openKinesis } from './kinesis-under-test';
import { eventsOf, positionsByStream } from './published-events';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startKinesisLocal();
});
afterAll(() => emulator.stop());

test('events that are published while shards split arrive, in the order of their streams', async () => {
  const under = await openKinesis(emulator, { random: () => 0.5 });
  const events = eventsOf(300, 20);
  const publishing = (async () => {
    for (let from = 0; from < events.length; from += 15) {
      await under.publisher.publish(events.slice(from, from + 15));
    }
  })();
  const { Shards = [] } = await under.client.send(new ListShardsCommand({ StreamName: under.streamName }));
  const [first] = Shards;
  const { StartingHashKey = '0', EndingHashKey = '0' } = first?.HashKeyRange ?? {};
  await under.client.send(
    new SplitShardCommand({
      StreamName: under.streamName,
      ShardToSplit: first?.ShardId,
      NewStartingHashKey: ((BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n).toString(),
    }),
  );
  await publishing;
  const arrived = await under.arrived();
  const shards = await under.client.send(new ListShardsCommand({ StreamName: under.streamName }));
  expect(shards.Shards).toHaveLength(5);
  expect(arrived).toHaveLength(300);
  expect(positionsByStream(arrived)).toEqual(positionsByStream(events));
  await under.close();
});
