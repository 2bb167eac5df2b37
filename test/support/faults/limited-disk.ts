import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemErrorCode } from '../../../src/adapters/embedded/system-error-code';

/** A small file system of its own, that can be filled to the last byte without harm to anybody else. */
export interface LimitedDisk {
  readonly path: string;
  /** Writes until nothing more goes in. */
  fill(): Promise<void>;
  /** Makes room again. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const run = promisify(execFile);
const commandTimeoutMs = 10_000;
const chunkSizes = [1_048_576, 65_536, 4_096, 512, 1];

/** Mounting takes Linux and root. @returns null where this machine does not allow it */
export async function createLimitedDisk(megabytes: number): Promise<LimitedDisk | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const path = await mkdtemp(join(tmpdir(), `fincore-disk-${String(process.pid)}-`));
  const options = ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m,mode=0755`, 'tmpfs', path];
  try {
    await run('mount', options, { timeout: commandTimeoutMs });
  } catch {
    // A container without the right to mount.
    await rmdir(path);
    return null;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => fillFile(ballast),
    free: () => rm(ballast, { force: true }),
    async remove() {
      await run('umount', [path], { timeout: commandTimeoutMs });
      await rmdir(path);
    },
  };
}

async function fillFile(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const size of chunkSizes) {
      const chunk = Buffer.alloc(size, 1);
      while (await fits(file.write(chunk)));
    }
  } finally {
    await file.close();
  }
}

async function fits(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOSPC') return false;
    throw error;
  }
}
