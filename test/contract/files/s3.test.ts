import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../src/adapters/aws/s3/s3-file-store';
import { FilesUnavailable } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { clientSettings, startFauxqs } from '../../support/aws/emulators';
import { startLoopbackServer } from '../../support/aws/loopback-server';
import { fileStoreContract } from './file-store.contract';

let emulator: Emulator;
let buckets = 0;
beforeAll(async () => {
  emulator = await startFauxqs();
});
afterAll(() => emulator.stop());

async function openS3(keyPrefix = '') {
  const client = new S3Client({ ...clientSettings(emulator), forcePathStyle: true });
  const bucket = `files-${String((buckets += 1))}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const store = createS3FileStore({ client, bucket, keyPrefix, partBytes: 5 * 1024 * 1024, pageSize: 3 });
  const close = () => {
    client.destroy();
    return Promise.resolve();
  };
  return { client, bucket, store, close };
}

fileStoreContract('S3', () => openS3());
fileStoreContract('S3 under a prefix', () => openS3('reports/'));

test('a bucket that is not there is said to be unavailable, by name', async () => {
  const { client, close } = await openS3();
  const store = createS3FileStore({ client, bucket: 'no-such-bucket' });
  await expect(store.put('a', Buffer.from('x'), { contentType: 'text/csv' })).rejects.toThrow(
    FilesUnavailable,
  );
  await expect(store.get('a')).rejects.toThrow(/no-such-bucket/);
  await close();
});

describe('reading from S3', () => {
  /** Answers every object with so many chunks of 64 KiB, and then ends or hangs. */
  async function openSource(chunkCount: number, ending: 'ends' | 'hangs') {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const server = await startLoopbackServer((_, response) => {
      const promised = (chunkCount + (ending === 'hangs' ? 1 : 0)) * chunk.length;
      response.writeHead(200, { 'content-length': String(promised), 'content-type': 'text/csv' });
      for (let n = 0; n < chunkCount; n += 1) response.write(chunk);
      if (ending === 'ends') response.end();
    });
    const client = new S3Client({ ...clientSettings(server), forcePathStyle: true, maxAttempts: 1 });
    const store = createS3FileStore({ client, bucket: 'files', timeoutMs: 200 });
    const close = async () => {
      client.destroy();
      await server.stop();
    };
    return { store, close };
  }

  test('a reader may take longer than one call', async () => {
    const { store, close } = await openSource(64, 'ends');
    const file = await store.get('a.csv');
    let sizeBytes = 0;
    let waited = 0;
    for await (const part of file?.content ?? []) {
      sizeBytes += part.length;
      if ((waited += 1) <= 3) await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(sizeBytes).toBe(64 * 64 * 1024);
    await close();
  });

  test('a file whose rest does not come is unavailable, not shorter', async () => {
    const { store, close } = await openSource(2, 'hangs');
    const file = await store.get('a.csv');
    const reading = (async () => {
      let sizeBytes = 0;
      for await (const part of file?.content ?? []) sizeBytes += part.length;
      return sizeBytes;
    })();
    await expect(reading).rejects.toThrow(FilesUnavailable);
    await close();
  });
});
