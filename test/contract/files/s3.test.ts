import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3FileStore } from '../../../src/adapters/aws/s3/s3-file-store';
import { FilesUnavailable } from '../../../src/core/ports';
import type { Emulator } from '../../support/aws/emulator-process';
import { clientSettings, startFauxqs } from '../../support/aws/emulators';
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
