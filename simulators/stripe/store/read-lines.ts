import { createReadStream } from 'node:fs';

const chunkBytes = 1_024 * 1_024;
const lineFeed = 0x0a;

export interface Lines {
  /** Whole lines: each one had its line feed. */
  readonly lines: readonly string[];
  /** The file's bytes up to and with the last of them. */
  readonly endBytes: number;
}

/**
 * The whole lines of a file, a batch at a time. Bytes behind the last line feed are no line. Only a line feed ends
 * one: `readline` would also split at U+2028, which JSON leaves in texts as it is.
 */
export async function* readLines(path: string): AsyncGenerator<Lines> {
  const stream = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  let rest: Buffer[] = [];
  let endBytes = 0;
  for await (const chunk of stream) {
    const last = chunk.lastIndexOf(lineFeed);
    if (last === -1) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, last)]);
    rest = [chunk.subarray(last + 1)];
    endBytes += whole.length + 1;
    yield { lines: whole.toString('utf8').split('\n'), endBytes };
  }
}
