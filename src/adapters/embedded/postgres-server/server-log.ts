import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from './layout';

const tailBytes = 2_000;

/**
 * The last lines that the server wrote to its own log, which may be of an earlier start. Never throws, like `tailOf`:
 * both explain another failure.
 */
export async function serverLogTail(layout: Layout): Promise<string> {
  const newest = await newestFile(layout.serverLogDirectory);
  return newest === undefined ? '' : tailOfFile(newest);
}

async function newestFile(directory: string): Promise<string | undefined> {
  const names = await readdir(directory).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return {
        path,
        modifiedAtMs: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  return files.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs)[0]?.path;
}

async function tailOfFile(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await tailOf(file);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** The last lines of an open file. */
export async function tailOf(file: FileHandle): Promise<string> {
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trim();
  } catch {
    return '';
  }
}
