import { mkdtemp, open, readdir, rename, rm, rmdir, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf, makeFolders } from './make-folders';
import { readLines } from './read-lines';

/**
 * The files of one simulator: `snapshot-000003.jsonl` holds everything up to segment 3, `log-000004.jsonl` what
 * came after. A snapshot gets its name only when it is complete.
 */
export class DataFolder {
  private constructor(
    private readonly path: string,
    private segment: number,
  ) {}

  /**
   * Opens the folder and replays what it holds.
   * @throws Error naming file and line when a line is damaged, or the folder when nothing can be put into it.
   */
  static async open(path: string, replay: (line: string) => void): Promise<DataFolder> {
    await prepare(path);
    const names = await readdir(path);
    const snapshots = numbered(names, snapshotPattern);
    const newest = snapshots.at(-1) ?? 0;
    const segments = numbered(names, segmentPattern).filter((number) => number > newest);
    const folder = new DataFolder(path, segments.at(-1) ?? newest + 1);
    if (newest > 0) await folder.replayFile(snapshotName(newest), replay, 'complete');
    const sizes = await Promise.all(
      segments.map(async (segment) => (await stat(join(path, segmentName(segment)))).size),
    );
    for (const [index, segment] of segments.entries()) {
      // A segment that was being written when the next one had just been made is still the last one written.
      const isLast = sizes.slice(index + 1).every((size) => size === 0);
      await folder.replayFile(segmentName(segment), replay, isLast ? 'may be torn' : 'complete');
    }
    await folder.removeUpTo(newest);
    return folder;
  }

  /** The segment to append to, with its size in bytes. */
  async openSegment(): Promise<{ readonly file: FileHandle; readonly sizeBytes: number }> {
    const file = await open(join(this.path, segmentName(this.segment)), 'a', 0o600);
    try {
      await this.syncFolder();
      const { size } = await file.stat();
      return { file, sizeBytes: size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Begins the next segment; what came before it may then become a snapshot. */
  async nextSegment(): Promise<FileHandle> {
    this.segment += 1;
    try {
      return (await this.openSegment()).file;
    } catch (error) {
      this.segment -= 1;
      throw error;
    }
  }

  /**
   * Writes the snapshot that replaces every segment before the current one. Returns its size in bytes.
   * `whenWritten` settles when everything that the snapshot may show is in a segment too: were it named earlier, a
   * crash could leave a part of a unit of work.
   */
  async writeSnapshot(chunks: AsyncIterable<string>, whenWritten: () => Promise<void>): Promise<number> {
    const number = this.segment - 1;
    const temporary = join(this.path, `${snapshotName(number)}.part`);
    const file = await open(temporary, 'w', 0o600);
    let sizeBytes = 0;
    try {
      for await (const chunk of chunks) {
        const buffer = Buffer.from(chunk);
        await file.writeFile(buffer);
        sizeBytes += buffer.length;
      }
      await file.datasync();
      await whenWritten();
      await rename(temporary, join(this.path, snapshotName(number)));
    } catch (error) {
      // On a full disk, a part of a snapshot would take the room that the log needs.
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await this.syncFolder();
    await this.removeUpTo(number);
    return sizeBytes;
  }

  private async replayFile(
    name: string,
    replay: (line: string) => void,
    end: 'complete' | 'may be torn',
  ): Promise<void> {
    const path = join(this.path, name);
    let line = 0;
    let wholeBytes = 0;
    for await (const { lines, endBytes } of readLines(path)) {
      for (const text of lines) {
        line += 1;
        try {
          replay(text);
        } catch (cause) {
          throw damaged(path, line, cause);
        }
      }
      wholeBytes = endBytes;
    }
    if (wholeBytes === (await stat(path)).size) return;
    if (end === 'complete') throw damaged(path, line + 1, 'its end is missing');
    // A record without its line feed was never acknowledged. Cut off, it cannot be glued to the next one.
    await truncate(path, wholeBytes);
  }

  private async removeUpTo(number: number): Promise<void> {
    for (const name of await readdir(this.path)) {
      const [segment] = numbered([name], segmentPattern);
      const [snapshot] = numbered([name], snapshotPattern);
      const isStale =
        (segment !== undefined && segment <= number) || (snapshot !== undefined && snapshot < number);
      const isAbandoned = name.endsWith('.part');
      if (isStale || isAbandoned) await rm(join(this.path, name), { force: true });
    }
  }

  /** A new name is durable only when its folder is. */
  private async syncFolder(): Promise<void> {
    const folder = await open(this.path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** Makes the folder where it is missing, and tries whether anything can be put into it, before anything is answered. */
async function prepare(path: string): Promise<void> {
  try {
    await makeFolders(path);
    await rmdir(await mkdtemp(join(path, '.writable-')));
  } catch (cause) {
    const code = String(codeOf(cause) ?? cause);
    throw new Error(
      `The data folder ${resolve(path)} cannot be made or written (${code}). Set STRIPE_SIMULATOR_DATA_DIR to a folder that this user may write.`,
      { cause },
    );
  }
}

const segmentPattern = /^log-(\d{6})\.jsonl$/;
const snapshotPattern = /^snapshot-(\d{6})\.jsonl$/;
const segmentName = (number: number): string => `log-${String(number).padStart(6, '0')}.jsonl`;
const snapshotName = (number: number): string => `snapshot-${String(number).padStart(6, '0')}.jsonl`;

const numbered = (names: readonly string[], pattern: RegExp): number[] =>
  names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);

const damaged = (path: string, line: number, cause: unknown): Error =>
  new Error(
    `The simulator's file ${path} is damaged at line ${line}: ${cause instanceof Error ? cause.message : String(cause)}. Put the folder back from a backup, or remove it to start with an empty one.`,
    { cause },
  );
