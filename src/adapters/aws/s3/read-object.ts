import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { assert } from '../../../core/kernel';
import { FilesUnavailable, type StoredFile } from '../../../core/ports';

export interface ObjectAddress {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** For the answer to begin, and for each wait for more of it; a reader may take its time. */
  readonly timeoutMs: number;
}

/** Null when there is no such object. */
export async function readObject(address: ObjectAddress): Promise<Omit<StoredFile, 'name'> | null> {
  const { client, bucket, key, timeoutMs } = address;
  const call = new AbortController();
  const timer = setTimeout(() => call.abort(), timeoutMs);
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  try {
    const object = await client.send(command, { abortSignal: call.signal });
    assert(object.Body !== undefined, 'S3 answers every object with its body');
    return {
      sizeBytes: object.ContentLength ?? 0,
      contentType: object.ContentType ?? 'application/octet-stream',
      // In Node.js a body is a stream of Node.js, which the SDK's type for all platforms does not tell.
      content: readBody(object.Body as AsyncIterable<Uint8Array>, address, call),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return null;
    throw unreadable(address, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the call when the rest does not come in time, and when the reader stops early. */
async function* readBody(
  body: AsyncIterable<Uint8Array>,
  address: ObjectAddress,
  call: AbortController,
): AsyncGenerator<Uint8Array, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextWithin(chunks, address.timeoutMs);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw unreadable(address, error);
  } finally {
    call.abort();
  }
}

async function nextWithin<Value>(
  values: AsyncIterator<Value>,
  timeoutMs: number,
): Promise<IteratorResult<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`nothing more came within ${String(timeoutMs)} ms`)),
      timeoutMs,
    );
  });
  return Promise.race([values.next(), late]).finally(() => clearTimeout(timer));
}

const unreadable = ({ bucket, key }: ObjectAddress, cause: unknown): FilesUnavailable =>
  new FilesUnavailable(`${key} could not be read from ${bucket}`, { cause });
