import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../src/adapters/aws/s3/s3-file-store';
import { InvariantViolation } from '../../../src/core/kernel';
import { FilesUnavailable } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { clientSettings, startFauxqs } from '../../support/aws/emulators';
import { startLoopbackServer } from '../../support/aws/loopback-server';

const csv = { contentType: 'text/csv' };

let emulator: Emulator;
let client: S3Client;
beforeAll(async () => {
  emulator = await startFauxqs();
  client = new S3Client({ ...clientSettings(emulator), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'files' }));
});
afterAll(() => {
  client.destroy();
  return emulator.stop();
});

async function stored(name: string) {
  const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: 'files', Key: name }));
  return { content: Buffer.from((await Body?.transformToByteArray()) ?? []), contentType: ContentType };
}

test('keeps a file byte by byte with its type, and replaces one of the same name', async () => {
  const store = createS3FileStore({ client, bucket: 'files' });
  await store.put('stream/a.csv', Buffer.from('the longer first'), { contentType: 'text/plain' });
  const content = Buffer.from('a;b\r\nü🙂\0');
  await store.put('stream/a.csv', content, csv);
  expect(await stored('stream/a.csv')).toEqual({ content, ...csv });
  await store.put('empty.csv', new Uint8Array(), csv);
  expect(await stored('empty.csv')).toEqual({ content: Buffer.alloc(0), ...csv });
});

test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.hidden', 'a/.b', 'a b', 'a\\b', 'ü', 'a\0', '-a'])(
  'refuses the name "%s"',
  async (bad) => {
    const store = createS3FileStore({ client, bucket: 'files' });
    await expect(store.put(bad, Buffer.from('x'), csv)).rejects.toThrow(InvariantViolation);
  },
);

test('a bucket that is not there, or does not answer, is unavailable and named', async () => {
  const store = createS3FileStore({ client, bucket: 'no-such-bucket' });
  await expect(store.put('a', Buffer.from('x'), csv)).rejects.toThrow(FilesUnavailable);
  await expect(store.put('a', Buffer.from('x'), csv)).rejects.toThrow(/no-such-bucket/);
  const silent = await startLoopbackServer(() => undefined);
  const silentClient = new S3Client({ ...clientSettings(silent), forcePathStyle: true, maxAttempts: 1 });
  const waiting = createS3FileStore({ client: silentClient, bucket: 'files', timeoutMs: 200 });
  await expect(waiting.put('a', Buffer.from('x'), csv)).rejects.toThrow(FilesUnavailable);
  silentClient.destroy();
  await silent.stop();
});
