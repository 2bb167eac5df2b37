import { createReadStream } from 'node:fs';

const chunkBytes = 1_024 * 1_024;

/**
 * The lines of a file, a batch at a time; the last one may lack its end. Only a line feed ends a line: `readline`
 * would also split at U+2028, which JSON leaves in texts as it is.
 */
export async function* readLines(path: string): AsyncGenerator<readonly string[]> {
  const stream = createReadStream(path, {
    highWaterMark: chunkBytes,
    encoding: 'utf8',
  }) as AsyncIterable<string>;
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}
