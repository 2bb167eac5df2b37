import { ReceiveMessageCommand, SendMessageCommand, type Message } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { deliverMessage, type DeliveryContext } from '../../../src/adapters/aws/job-queue/deliver-message';
import { jobOfMessage } from '../../../src/adapters/aws/job-queue/job-of-message';
import { messageOfReceived, messageOfRecord } from '../../../src/adapters/aws/job-queue/queue-message';
import { DeadLetter, silentLog } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { startFauxqs } from '../../support/aws/emulators';
import { depthOf, gate, isQuiet, job, jobs, recorder, testQueue, workOptions } from './case-setting';
import { openSqs, type SqsUnderTest } from './sqs-under-test';

let emulator: Emulator;
let under: SqsUnderTest;

beforeAll(async () => {
  emulator = await startFauxqs();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  under = await openSqs(emulator, { random: () => 0, visibilityMs: 1_000, longestDelaySeconds: 1 });
});
afterEach(() => under.close());

describe('SQS job queue', () => {
  test('a handler that runs longer than the visibility time keeps its job', async () => {
    const held = gate();
    const { seen, handler } = recorder();
    await under.queue.enqueue([job('k1')]);
    under.queue.work(workOptions((delivered) => handler(delivered).then(() => held.passed)));
    await under.until(() => seen.length === 1);
    await under.work(3_000);
    expect(await depthOf(under)).toMatchObject({ waiting: 0, active: 1 });
    held.open();
    await under.until(() => isQuiet(under));
    expect(seen).toHaveLength(1);
  });

  test('a delay longer than SQS knows goes on in further messages, and none of them is an attempt', async () => {
    const { seen, handler } = recorder();
    const enqueuedAt = under.now();
    await under.queue.enqueue([job('k1', { delayMs: 2_500 })]);
    under.queue.work(workOptions(handler));
    await under.until(() => seen.length === 1);
    expect(under.now() - enqueuedAt).toBeGreaterThanOrEqual(2_499);
    expect(seen).toMatchObject([{ key: 'k1', attempt: 1 }]);
    await under.until(() => isQuiet(under));
  });

  test('attempts are counted on beyond what the queue itself would deliver', async () => {
    const attempts: number[] = [];
    await under.queue.enqueue([job('k1')]);
    under.queue.work(
      workOptions(({ attempt }) => {
        attempts.push(attempt);
        return attempt < 12 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      }),
    );
    await under.until(() => attempts.includes(12));
    await under.until(() => isQuiet(under));
    expect(attempts).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect((await depthOf(under)).dead).toBe(0);
  });

  test('a message that SQS itself gave up is a dead letter that says so', async () => {
    await under.queue.enqueue([job('k1')]);
    await under.until(async () => {
      await take(0);
      return (await depthOf(under)).dead === 1;
    });
    expect(await under.queue.deadLetters({ limit: 10 })).toMatchObject([
      { job: { key: 'k1' }, cause: expect.stringMatching(/given up by SQS/) as string },
    ]);
  });

  test('what is no job is a dead letter with its cause, and the others are done', async () => {
    await send('hello');
    await send('{"queue":"payments","name":"a","key":"k"}');
    await under.queue.enqueue(jobs(3));
    const { seen, handler } = recorder();
    under.queue.work(workOptions(handler));
    await under.until(async () => seen.length === 3 && (await isQuiet(under)));
    const letters = await under.queue.deadLetters({ limit: 10 });
    expect(letters.map(({ cause }) => cause).sort()).toEqual([
      'the message is no job: data missing or of another type',
      'the message is no job: its body is not JSON',
    ]);
    expect(letters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          job: expect.objectContaining({ name: 'malformed', data: { body: 'hello' } }) as object,
        }),
      ]),
    );
  });

  test('a job larger than a message is refused by name, and nothing of the call is sent', async () => {
    const large = job('large', { data: { text: 'x'.repeat(260_000) } });
    await expect(under.queue.enqueue([job('small'), large])).rejects.toThrow(
      /payments\/authorize-at-psp large has \d+ bytes; a message takes 253952/,
    );
    expect(await depthOf(under)).toMatchObject({ waiting: 0 });
  });

  test('the largest jobs go in batches of their own size, fail, and are dead letters', async () => {
    const large = jobs(5).map((one) => ({ ...one, data: { text: 'x'.repeat(250_000) } }));
    await under.queue.enqueue(large);
    expect(await depthOf(under)).toMatchObject({ waiting: 5 });
    under.queue.work(workOptions(() => Promise.reject(new DeadLetter('y'.repeat(5_000)))));
    await under.until(async () => (await depthOf(under)).dead === 5);
  });

  test('60 dead letters are all listed and all redriven', async () => {
    await under.queue.enqueue(jobs(60));
    const failing = under.queue.work(workOptions(() => Promise.reject(new DeadLetter('no'))));
    await under.until(async () => (await depthOf(under)).dead === 60);
    await failing.stop();
    const [one, other] = await Promise.all([
      under.queue.deadLetters({ limit: 100 }),
      under.queue.deadLetters({ limit: 100 }),
    ]);
    expect([one.length, other.length]).toEqual([60, 60]);
    expect(await under.queue.redrive({})).toBe(60);
    expect(await depthOf(under)).toMatchObject({ waiting: 60, dead: 0 });
  });

  test('a redrive that dies after the copy was sent loses nothing', async () => {
    await under.queue.enqueue([job('k1')]);
    const failing = under.queue.work(workOptions(() => Promise.reject(new DeadLetter('no'))));
    await under.until(async () => (await depthOf(under)).dead === 1);
    await failing.stop();
    under.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === 'DeleteMessageBatchCommand' ? Promise.reject(new Error('killed')) : next(args),
      { step: 'initialize', name: 'killed' },
    );
    await expect(under.queue.redrive({})).rejects.toThrow('killed');
    under.client.middlewareStack.remove('killed');
    expect(await depthOf(under)).toMatchObject({ waiting: 1, dead: 1 });
  });

  test('of a batch that SQS takes in part, only the rest is sent again', async () => {
    const refusals = refuseOnce('SendMessageBatchCommand', ['1', '4', '9']);
    await under.queue.enqueue(jobs(10));
    expect(refusals()).toEqual([10, 3]);
    expect(await depthOf(under)).toMatchObject({ waiting: 10 });
  });

  test('of a batch that SQS deletes in part, only the rest is deleted again', async () => {
    const refusals = refuseOnce('DeleteMessageBatchCommand', ['0']);
    const { seen, handler } = recorder();
    await under.queue.enqueue([job('k1')]);
    under.queue.work(workOptions(handler));
    await under.until(() => isQuiet(under));
    expect(refusals()).toEqual([1, 1]);
    expect(seen).toHaveLength(1);
  });

  test('a queue that the deployment does not have is named, with those it has', async () => {
    await expect(under.queue.enqueue([job('k1', { queue: 'payouts' })])).rejects.toThrow(
      /"payouts" is not a queue of this deployment; it has payments, mail/,
    );
  });
});

describe('a message as a Lambda gets it', () => {
  test('is delivered to the handler, and may be deleted', async () => {
    await under.queue.enqueue([job('k1', { data: { charge: 'ch_1' } })]);
    const { seen, handler } = recorder();
    expect(await deliverMessage(context(handler), messageOfRecord(recordOf(await take())))).toBe('delete');
    expect(seen).toMatchObject([{ key: 'k1', data: { charge: 'ch_1' }, attempt: 1 }]);
  });

  test('comes again after the drawn wait when the handler fails', async () => {
    await under.queue.enqueue([job('k1')]);
    const failing = context(() => Promise.reject(new Error('no')), { random: () => 0.999 });
    const failedAt = under.now();
    expect(await deliverMessage(failing, messageOfRecord(recordOf(await take())))).toBe('keep');
    const again = await take(10);
    expect(under.now() - failedAt).toBeGreaterThanOrEqual(900);
    expect(jobOfMessage(messageOfReceived(again))).toMatchObject({ kind: 'job', job: { attempt: 2 } });
  });

  test('is a dead letter with its cause when no attempt is left, and may be deleted', async () => {
    await under.queue.enqueue([job('k1')]);
    const failing = context(() => Promise.reject(new Error('no \0 \ud83d money')), {
      retry: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    });
    expect(await deliverMessage(failing, messageOfRecord(recordOf(await take())))).toBe('delete');
    expect(await under.queue.deadLetters({ limit: 10 })).toMatchObject([
      { attempts: 1, cause: 'no \ufffd \ufffd money' },
    ]);
  });

  test('is not handed to the handler once its attempts have ended without an outcome', async () => {
    await under.queue.enqueue([job('k1')]);
    const { seen, handler } = recorder();
    const record = recordOf(await take(), { ApproximateReceiveCount: '4' });
    const last = context(handler, { retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 } });
    expect(await deliverMessage(last, messageOfRecord(record))).toBe('delete');
    expect(seen).toEqual([]);
    expect(await under.queue.deadLetters({ limit: 10 })).toMatchObject([
      { attempts: 3, cause: expect.stringMatching(/lease of 30000 ms ran out/) as string },
    ]);
  });

  test('is kept when its outcome cannot be written', async () => {
    await under.queue.enqueue([job('k1')]);
    const nowhere = { url: under.payments.url, deadLetterUrl: `${under.payments.url}-gone` };
    const failing = context(() => Promise.reject(new DeadLetter('no')), { queue: nowhere });
    await expect(deliverMessage(failing, messageOfRecord(recordOf(await take())))).rejects.toThrow(
      /did not take/,
    );
  });

  test.each([
    ['[]', {}, 'malformed'],
    ['{"queue":"q","name":"n","key":"","data":{}}', {}, 'malformed'],
    ['{"queue":"q","name":"n","key":"k","data":[]}', {}, 'malformed'],
    ['{"queue":"q","name":"n","key":"k","data":{}}', { attempts: 'many', delayLeftMs: '-5' }, 'job'],
    ['{"queue":"q","name":"n","key":"k","data":{}}', { delayLeftMs: '5000' }, 'early'],
  ])('%s with the notes %j is %s', (body, attributes, kind) => {
    const notes = new Map(Object.entries(attributes));
    const message = {
      id: 'm',
      receipt: 'r',
      body,
      receiveCount: 1,
      sentAt: 0,
      traceHeader: null,
      group: null,
    };
    expect(jobOfMessage({ ...message, attributes: Object.fromEntries(notes) }).kind).toBe(kind);
  });
});

/**
 * Keeps some entries of the first such batch from the service and says that it failed at them, which no stand-in does.
 * @returns the sizes of the batches so far
 */
function refuseOnce(command: string, ids: readonly string[]): () => readonly number[] {
  const sizes: number[] = [];
  const isBatch = (input: object): input is { readonly Entries: readonly { readonly Id: string }[] } =>
    'Entries' in input;
  under.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== command || !isBatch(args.input)) return next(args);
        const refused = sizes.length === 0 ? ids : [];
        sizes.push(args.input.Entries.length);
        const Entries = args.input.Entries.filter(({ Id }) => !refused.includes(Id));
        const Failed = refused.map((Id) => ({ Id, SenderFault: false, Code: 'InternalError' }));
        if (Entries.length === 0) return { response: {}, output: { Successful: [], Failed, $metadata: {} } };
        const { output, ...answer } = await next({
          ...args,
          // Fewer entries of the same kind; the types of all commands in one union cannot say so.
          input: { ...args.input, Entries } as typeof args.input,
        });
        return { ...answer, output: { ...output, Failed } };
      },
    { step: 'initialize', name: 'refuseOnce' },
  );
  return () => sizes;
}

const send = (body: string) =>
  under.client.send(new SendMessageCommand({ QueueUrl: under.payments.url, MessageBody: body }));

/** Takes one message, as an event source does; nothing when none comes. */
async function take(waitSeconds = 1): Promise<Message> {
  const { Messages = [] } = await under.client.send(
    new ReceiveMessageCommand({
      QueueUrl: under.payments.url,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: waitSeconds === 0 ? 0 : 30,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages[0] ?? {};
}

function recordOf(message: Message, system: Partial<SQSRecord['attributes']> = {}): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '1',
      ...message.Attributes,
      ...system,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${testQueue}`,
    awsRegion: 'eu-central-1',
  };
}

const context = (
  handler: DeliveryContext['handler'],
  more: Partial<DeliveryContext> = {},
): DeliveryContext => ({
  client: under.client,
  queue: under.payments,
  random: () => 0,
  clock: Date.now,
  retry: { maxAttempts: 5, baseDelayMs: 1_000, maxDelayMs: 1_000 },
  leaseMs: 30_000,
  handler,
  log: silentLog,
  ...more,
});
