import type { SQSRecord } from 'aws-lambda';
import { receiveMessages } from '../../../src/adapters/aws/job-queue/receive-messages';
import { createQueueWorker } from '../../../src/adapters/aws/job-queue/queue-worker';
import { DeadLetter, type JobHandler, RetryLater } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { startFauxqs } from '../../support/aws/emulators';
import { job, testQueue } from './case-setting';
import { type SqsUnderTest, openSqs } from './sqs-under-test';

const time = { getRemainingTimeInMillis: () => 30_000 };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const retries = { [testQueue]: { maxAttempts: 20, baseDelayMs: 1, maxDelayMs: 1 } };

/** What becomes of a job, by its key. */
const byKey: JobHandler = ({ key }) => {
  if (key === 'later') return Promise.reject(new RetryLater('not yet'));
  if (key === 'never') return Promise.reject(new DeadLetter('there is no such charge'));
  if (key === 'broken') return Promise.reject(new Error('a defect'));
  return Promise.resolve();
};

let emulator: Emulator;
let under: SqsUnderTest;
beforeAll(async () => {
  emulator = await startFauxqs();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  under = await openSqs(emulator);
});
afterEach(() => under.close());

const arnOf = (url: string): string =>
  `arn:aws:sqs:eu-central-1:000000000000:${new URL(url).pathname.split('/').at(-1) ?? ''}`;

/** The messages of these jobs as the event source hands them to the function, by key. */
async function delivered(...keys: readonly string[]): Promise<ReadonlyMap<string, SQSRecord>> {
  await under.queue.enqueue(keys.map((key) => job(key)));
  const records = new Map<string, SQSRecord>();
  await under.until(async () => {
    const { client, payments } = under;
    const asked = { client, url: payments.url, limit: 10, visibilitySeconds: 60, waitSeconds: 0 };
    for (const { id, receipt, body } of await receiveMessages(asked))
      records.set((JSON.parse(body) as { readonly key: string }).key, {
        messageId: id,
        receiptHandle: receipt,
        body,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: '0',
          SenderId: 'test',
          ApproximateFirstReceiveTimestamp: '0',
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf(payments.url),
        awsRegion: 'eu-central-1',
      });
    return records.size === keys.length;
  });
  return records;
}

const failuresOf = (records: ReadonlyMap<string, SQSRecord>, ...keys: readonly string[]) => ({
  batchItemFailures: keys.map((key) => ({ itemIdentifier: records.get(key)?.messageId })),
});

const workerOn = (queues = under.queues) =>
  createQueueWorker({ client: under.client, queues, handler: byKey, retries, log: silent });

test('of a batch, what is to come again is reported, and nothing else', async () => {
  const records = await delivered('done', 'later', 'never', 'broken', 'done too');
  const answer = await workerOn()({ Records: [...records.values()] }, time);
  const wanted = failuresOf(records, 'later', 'broken').batchItemFailures;
  expect(answer.batchItemFailures).toHaveLength(2);
  expect(answer.batchItemFailures).toEqual(expect.arrayContaining(wanted));
  expect(
    (await under.queue.deadLetters({ queue: testQueue, limit: 10 })).map((dead) => [
      dead.job.key,
      dead.cause,
    ]),
  ).toEqual([['never', 'there is no such charge']]);
});

test('a batch that is done is reported as done, and one that is not, as not', async () => {
  const [done, later] = [await delivered('done'), await delivered('later', 'broken')];
  expect(await workerOn()({ Records: [...done.values()] }, time)).toEqual({ batchItemFailures: [] });
  const answer = await workerOn()({ Records: [...later.values()] }, time);
  expect(answer.batchItemFailures).toHaveLength(2);
});

test('a dead letter that cannot be written is not done: it comes again', async () => {
  const records = await delivered('never', 'done');
  const lost = { url: under.payments.url, deadLetterUrl: `${under.payments.deadLetterUrl}-gone` };
  const answer = await workerOn({ [testQueue]: lost })({ Records: [...records.values()] }, time);
  expect(answer).toEqual(failuresOf(records, 'never'));
});

test('a message of a queue that is not this worker’s is left to SQS', async () => {
  const records = await delivered('done');
  const [record] = records.values();
  if (record === undefined) throw new Error('a message was delivered');
  const stray = { ...record, eventSourceARN: arnOf(under.payments.deadLetterUrl) };
  expect(await workerOn()({ Records: [stray] }, time)).toEqual(failuresOf(records, 'done'));
});
