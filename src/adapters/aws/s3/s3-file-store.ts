import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { assertFileName, FilesUnavailable, type FileFacts, type FileStore } from '../../../core/ports';
import { readObject } from './read-object';
import { uploadFile } from './upload-file';

export interface S3FileStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Begins every key, for example `reports/`. @default '' */
  readonly keyPrefix?: string;
  /** For one call, the SDK's own tries included, and for each wait for more of a file. @default 30000 */
  readonly timeoutMs?: number;
  /** Files up to this size go up in one call, larger ones in parts of it; S3 asks for 5 MiB or more. @default 8 MiB */
  readonly partBytes?: number;
  /** Files that one call lists. @default 1000, the most that S3 does */
  readonly pageSize?: number;
}

const mebibyte = 1024 * 1024;

/** Files as objects of one bucket. Encryption, versions and retention are the bucket's own. */
export function createS3FileStore(options: S3FileStoreOptions): FileStore {
  const { client, bucket, keyPrefix = '', timeoutMs = 30_000, partBytes = 8 * mebibyte } = options;
  const { pageSize = 1_000 } = options;
  return {
    put: async (name, content, { contentType }) => {
      assertFileName(name);
      const target = { client, bucket, key: keyPrefix + name, contentType, timeoutMs, partBytes };
      return { name, sizeBytes: await uploadFile(target, content) };
    },
    get: async (name) => {
      assertFileName(name);
      const object = await readObject({ client, bucket, key: keyPrefix + name, timeoutMs });
      return object === null ? null : { ...object, name };
    },
    list: async function* (prefix): AsyncGenerator<FileFacts> {
      let next: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: keyPrefix + prefix,
          MaxKeys: pageSize,
          ...(next === undefined ? {} : { ContinuationToken: next }),
        });
        const page = await client
          .send(command, { abortSignal: AbortSignal.timeout(timeoutMs) })
          .catch((error: unknown) => {
            throw new FilesUnavailable(`${bucket} could not be listed`, { cause: error });
          });
        for (const { Key, Size } of page.Contents ?? []) {
          if (Key !== undefined) yield { name: Key.slice(keyPrefix.length), sizeBytes: Size ?? 0 };
        }
        next = page.NextContinuationToken;
      } while (next !== undefined);
    },
  };
}
