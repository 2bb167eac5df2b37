import { contexts } from '../../src/core/contexts';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { startProgram } from '../support/cloud/cloud-program';
import { type CloudRig, createCloudRig } from '../support/cloud/cloud-rig';
import { eventually } from '../support/eventually';
import { chargeBody, idOf } from '../support/faults/merchant-words';

const timeoutMs = 30_000;

describe('what should not be on a stream or a queue', () => {
  let rig: CloudRig;
  beforeAll(async () => {
    rig = await createCloudRig();
    rig.startRelay();
  }, 120_000);
  afterAll(() => rig.close(), 60_000);

  /** A charge that passes through everything: the stream, the queue, the readers. */
  async function expectPaymentsWork(): Promise<void> {
    const id = idOf(await rig.merchant.post('/v1/charges', chargeBody()));
    await eventually(
      async () => {
        const { body } = await rig.merchant.get(`/v1/charges/${id}`);
        expect(body).toMatchObject({ status: 'succeeded' });
        const list = await rig.merchant.get('/v1/charges?status=succeeded');
        expect(JSON.stringify(list.body)).toContain(id);
      },
      { timeoutMs, intervalMs: 200 },
    );
  }

  test('a record that is no event is parked by each reader with its cause, and the rest proceeds', async () => {
    await rig.kinesis.send(
      new PutRecordCommand({
        StreamName: rig.streamName,
        PartitionKey: 'anybody',
        Data: Buffer.from('{"position": "many"}'),
      }),
    );
    await expectPaymentsWork();
    const parked = await eventually(
      async () => {
        const { Contents = [] } = await rig.s3.send(new ListObjectsV2Command({ Bucket: rig.bucket }));
        expect(Contents).toHaveLength(contexts.streamReaders.length);
        return Contents.map(({ Key = '' }) => Key);
      },
      { timeoutMs },
    );
    expect(parked.map((key) => key.split('/')[1]).sort()).toEqual([...contexts.streamReaders].sort());
    const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket: rig.bucket, Key: parked[0] ?? '' }));
    expect(JSON.parse((await Body?.transformToString()) ?? '')).toMatchObject({
      cause: expect.stringContaining('the record is no event') as string,
      data: Buffer.from('{"position": "many"}').toString('base64'),
    });
  }, 120_000);

  test('a message that is no job becomes a dead letter with its cause, and the rest of its batch is done', async () => {
    const { url = '', deadLetterUrl = '' } = rig.queues.payments ?? {};
    await rig.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'no job' }));
    await expectPaymentsWork();
    await eventually(
      async () => {
        const { Messages = [] } = await rig.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: deadLetterUrl,
            WaitTimeSeconds: 1,
            MessageAttributeNames: ['All'],
          }),
        );
        expect(Messages).toHaveLength(1);
        expect(Messages[0]?.Body).toBe('no job');
        expect(Messages[0]?.MessageAttributes?.cause?.StringValue).not.toBe('');
      },
      { timeoutMs },
    );
  }, 120_000);

  test.each([
    ['a missing secret', { FINCORE_STRIPE_SECRET_ARN: 'nowhere' }, 'the secret nowhere does not exist'],
    ['another stage', { FINCORE_STAGE: 'production' }, 'belongs to "test"'],
    ['a missing variable', { FINCORE_PUBLIC_URL: '' }, 'FINCORE_PUBLIC_URL is not set'],
    [
      'an unreachable database',
      { FINCORE_JOURNAL_URL: 'postgresql://fincore_api@127.0.0.1:1/journal?sslmode=disable' },
      'The journal at 127.0.0.1:1/journal cannot be reached',
    ],
  ])(
    '%s: the API says so and ends with 1',
    async (_, change, words) => {
      const api = startProgram('aws-api', {
        ...rig.environmentOf('api'),
        FINCORE_HOST: '127.0.0.1',
        FINCORE_PORT: '0',
        ...change,
      });
      expect(await api.ended).toBe(1);
      expect(api.said()).toContain(words);
    },
    60_000,
  );
});
