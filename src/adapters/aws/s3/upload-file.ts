import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FilesUnavailable } from '../../../core/ports';
import { intoParts } from './into-parts';

export interface UploadTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly timeoutMs: number;
  readonly partBytes: number;
}

/** @source Amazon S3 multipart upload limits */
const maxParts = 10_000;

/**
 * A file of one part goes up in one call. A larger one becomes an object only when its last part is there; whatever
 * goes wrong before takes the parts away again. One part is in memory at a time.
 * @returns its size in bytes
 */
export async function uploadFile(
  target: UploadTarget,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<number> {
  const parts = intoParts(content, target.partBytes);
  const first = await parts.next();
  const firstPart = first.done === true ? new Uint8Array() : first.value;
  const second = firstPart.length < target.partBytes ? null : await parts.next();
  if (second === null || second.done === true) {
    await putWhole(target, firstPart);
    return firstPart.length;
  }
  return uploadInParts(target, [firstPart, second.value], parts);
}

async function putWhole(target: UploadTarget, body: Uint8Array): Promise<void> {
  const { client, bucket, key, contentType, timeoutMs } = target;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentLength: body.length,
    ContentType: contentType,
  });
  await orUnavailable(target, client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) }));
}

async function uploadInParts(
  target: UploadTarget,
  begun: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { client, bucket, key, contentType, timeoutMs } = target;
  const signal = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  const place = { Bucket: bucket, Key: key };
  const create = new CreateMultipartUploadCommand({ ...place, ContentType: contentType });
  const { UploadId } = await orUnavailable(target, client.send(create, signal()));
  const upload = { ...place, UploadId };
  const completed: CompletedPart[] = [];
  let sizeBytes = 0;

  const send = async (body: Uint8Array) => {
    const PartNumber = completed.length + 1;
    if (PartNumber > maxParts) throw new FilesUnavailable(`${key} has more than ${String(maxParts)} parts`);
    const command = new UploadPartCommand({ ...upload, PartNumber, Body: body, ContentLength: body.length });
    const { ETag } = await orUnavailable(target, client.send(command, signal()));
    completed.push({ PartNumber, ...(ETag === undefined ? {} : { ETag }) });
    sizeBytes += body.length;
  };
  try {
    for (const body of begun) await send(body);
    for await (const body of rest) await send(body);
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: completed } });
    await orUnavailable(target, client.send(complete, signal()));
    return sizeBytes;
  } catch (error) {
    // Parts that stay behind cost money and show nowhere; the bucket's lifecycle takes what this leaves.
    await client.send(new AbortMultipartUploadCommand(upload), signal()).catch(() => undefined);
    throw error;
  }
}

async function orUnavailable<Answer>({ bucket, key }: UploadTarget, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw new FilesUnavailable(`${key} could not be written to ${bucket}`, { cause: error });
  }
}
