import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolders } from '../make-folders';

/** What is known of a file once it is written: enough to tell later whether a byte of it has changed. */
export interface Seal {
  readonly bytes: number;
  readonly sha256: string;
}

/** Files of a backup hold payments and secrets: their owner reads them, nobody else. */
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

/**
 * Writes a new file from a stream, on disk when the promise resolves; memory is bounded by the stream's buffers.
 * @param begin makes the stream once it has a listener: an error event without one would end the process
 */
export async function writeSealed(
  path: string,
  begin: () => Readable,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<Seal> {
  await makeFolders(dirname(path), ownerOnlyFolder);
  const meter = measuring(onProgress);
  await pipeline(
    begin(),
    meter.stream,
    // `flush` syncs the file before it is closed.
    createWriteStream(path, { flags: 'wx', mode: ownerOnly, flush: true }),
  );
  return meter.seal();
}

/** The seal of a file as it is now. @throws the system's error when the file cannot be read */
export async function sealOf(path: string): Promise<Seal> {
  const meter = measuring(() => undefined);
  meter.stream.resume();
  await pipeline(createReadStream(path), meter.stream);
  return meter.seal();
}

function measuring(onProgress: (bytes: number) => void): { readonly stream: Transform; seal(): Seal } {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress(bytes);
      done(null, chunk);
    },
  });
  return { stream, seal: () => ({ bytes, sha256: hash.digest('hex') }) };
}
