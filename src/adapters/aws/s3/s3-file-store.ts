import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { assertFileName, FilesUnavailable, type FileStore } from '../../../core/ports';

export interface S3FileStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** For one call, the SDK's own tries included. @default 30000 */
  readonly timeoutMs?: number;
}

/** Files as objects of one bucket. Encryption, versions and retention are the bucket's own. */
export const createS3FileStore = ({ client, bucket, timeoutMs = 30_000 }: S3FileStoreOptions): FileStore => ({
  async put(name, content, { contentType }) {
    assertFileName(name);
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: name,
      Body: content,
      ContentLength: content.length,
      ContentType: contentType,
    });
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw new FilesUnavailable(`${name} could not be written to ${bucket}`, { cause: error });
    }
  },
});
