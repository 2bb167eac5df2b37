import type { SQSRecord } from 'aws-lambda';
import { deliverMessage } from '../../../src/adapters/aws/job-queue/deliver-message';
import { messageOfRecord } from '../../../src/adapters/aws/job-queue/queue-message';
import { DeadLetter, RetryLater, silentLog } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { startFauxqs } from '../../support/aws/emulators';
import { job } from './case-setting';
import { openSqs, type SqsUnderTest } from './sqs-under-test';

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const header = 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1';

interface SentEntry {
  readonly MessageSystemAttributes?: Readonly<Record<string, object>>;
  readonly MessageGroupId?: string;
}

describe('the trace and the lane of a job', () => {
  let emulator: Emulator;
  let under: SqsUnderTest;
  let sent: SentEntry[];

  beforeAll(async () => {
    emulator = await startFauxqs();
  });
  afterAll(() => emulator.stop());
  beforeEach(async () => {
    under = await openSqs(emulator);
    sent = [];
    // The stand-in takes the attribute and forgets it, so what is on the wire is looked at.
    under.client.middlewareStack.add(
      (next) => (args) => {
        const { body } = args.request as { readonly body: Uint8Array };
        const { Entries = [] } = JSON.parse(new TextDecoder().decode(body)) as {
          readonly Entries?: readonly SentEntry[];
        };
        sent.push(...Entries);
        return next(args);
      },
      { step: 'build', name: 'look' },
    );
  });
  afterEach(() => under.close());

  test.each([
    ['the one that it names', { data: { tenant: 'mer_1' }, lane: 'mer_1/we_1' }, 'mer_1/we_1'],
    ['its tenant', { data: { tenant: 'mer_1' } }, 'mer_1'],
    ['its queue', { data: {} }, 'payments'],
  ])('the lane is the group of its message: %s', async (_name, more, group) => {
    await under.queue.enqueue([job('k1', more)]);
    expect(sent).toMatchObject([{ MessageGroupId: group }]);
  });

  const traced = { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: header } } };

  test('the trace goes with its message, as X-Ray writes it', async () => {
    await under.queue.enqueue([job('k1', { data: { trace } })]);
    expect(sent).toMatchObject([traced]);
  });

  test.each([{}, { trace: null }, { trace: 'Root=1' }, { trace: 7 }])(
    'a trace is not made up from %j',
    async (data) => {
      await under.queue.enqueue([job('k1', { data })]);
      expect(sent).toHaveLength(1);
      expect(sent[0]).not.toHaveProperty('MessageSystemAttributes');
    },
  );

  test.each([
    ['a dead letter', new DeadLetter('no'), 1],
    ['a later attempt in a fresh message', new RetryLater('not yet'), 3],
  ])('both go on with %s', async (_name, error, receiveCount) => {
    const outcome = await deliverMessage(
      {
        client: under.client,
        queue: under.payments,
        retry: { maxAttempts: 20, baseDelayMs: 1, maxDelayMs: 1 },
        leaseMs: 30_000,
        handler: () => Promise.reject(error),
        log: silentLog,
        random: () => 0,
        clock: () => 0,
      },
      messageOfRecord(recordOf(receiveCount)),
    );
    expect(outcome).toBe('delete');
    expect(sent).toMatchObject([{ ...traced, MessageGroupId: 'mer_1' }]);
  });
});

const recordOf = (receiveCount: number): SQSRecord => ({
  messageId: 'm1',
  receiptHandle: 'r1',
  body: JSON.stringify(job('k1')),
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: '0',
    AWSTraceHeader: header,
    MessageGroupId: 'mer_1',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:payments',
  awsRegion: 'eu-central-1',
});
