import type { FileHandle } from 'node:fs/promises';

/** Where units of work are written before they are answered. */
export interface Log {
  append(line: string): void;
  /** Settles when everything appended so far survives a crash. @throws the disk's error, from then on always. */
  durable(): Promise<void>;
}

/** Keeps nothing: for simulators that live as long as one test. */
export const forgetfulLog: Log = {
  append: () => undefined,
  durable: () => Promise.resolve(),
};

/** One write and one `fdatasync` take this much at most, so that a waiting answer waits for a bounded batch. */
const batchLimitBytes = 4 * 1_024 * 1_024;

/**
 * An append-only file with group commit: while one batch is being synced, arriving lines wait and go together.
 * Without a timer, so a lone line is written at once.
 */
export class FileLog implements Log {
  private pending: string[] = [];
  private waiters: PromiseWithResolvers[] = [];
  private isFlushing = false;
  private failure: Error | undefined;
  private size: number;
  private successor: FileHandle | undefined;

  constructor(
    private file: FileHandle,
    sizeBytes: number,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.size = sizeBytes;
  }

  get sizeBytes(): number {
    return this.size;
  }

  append(line: string): void {
    this.pending.push(line);
    this.wake();
  }

  durable(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (!this.isFlushing) return Promise.resolve();
    const waiter = withResolvers();
    this.waiters.push(waiter);
    return waiter.promise;
  }

  /**
   * Continues in another file. Settles when every line that was written to the old one is there, so that nothing which
   * is not yet in memory can be missing from a snapshot taken afterwards.
   */
  async continueIn(file: FileHandle): Promise<void> {
    this.successor = file;
    this.wake();
    await this.durable();
  }

  async close(): Promise<void> {
    while (this.isFlushing && this.failure === undefined) {
      await this.durable();
      // Asked again in the same turn, the flush would find a waiter each time and never end: both would spin for ever.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.file.close();
    await this.successor?.close();
  }

  private wake(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    // The requests of this turn of the event loop share the batch.
    setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    try {
      while (this.pending.length + this.waiters.length > 0 || this.successor !== undefined)
        await this.writeBatch();
    } catch (cause) {
      this.fail(cause instanceof Error ? cause : new Error(String(cause)));
    }
    this.isFlushing = false;
  }

  private async writeBatch(): Promise<void> {
    const waiters = this.waiters;
    const lines = this.pending;
    this.waiters = [];
    this.pending = [];
    try {
      await this.adoptSuccessor();
      for (const chunk of chunksOf(lines)) {
        const { bytesWritten } = await this.file.write(chunk);
        if (bytesWritten !== chunk.length)
          throw new Error(`Wrote ${bytesWritten} of ${chunk.length} bytes to the log.`);
        this.size += chunk.length;
      }
      if (lines.length > 0) await this.file.datasync();
    } catch (error) {
      this.waiters.push(...waiters);
      throw error;
    }
    for (const waiter of waiters) waiter.resolve();
  }

  private async adoptSuccessor(): Promise<void> {
    if (this.successor === undefined) return;
    const complete = this.file;
    this.file = this.successor;
    this.successor = undefined;
    this.size = 0;
    await complete.close();
  }

  /** Memory is now ahead of the disk, so nothing may be acknowledged any more. */
  private fail(error: Error): void {
    this.failure = error;
    for (const waiter of this.waiters) waiter.reject(error);
    this.waiters = [];
    this.onFailure(error);
  }
}

function chunksOf(lines: readonly string[]): Buffer[] {
  const chunks: Buffer[] = [];
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length >= batchLimitBytes) {
      chunks.push(Buffer.from(text));
      text = '';
    }
  }
  if (text !== '') chunks.push(Buffer.from(text));
  return chunks;
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** `Promise.withResolvers` arrives with Node 22. */
function withResolvers(): PromiseWithResolvers {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
