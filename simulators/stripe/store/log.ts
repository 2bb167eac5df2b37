import type { FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Where units of work are written before they are answered. */
export interface Log {
  /** Writes the line after everything appended before; `onDurable` runs once it survives a crash. */
  append(line: string, onDurable?: () => void): void;
  /** Settles when everything appended so far survives a crash. @throws Unwritable while the disk takes nothing. */
  durable(): Promise<void>;
  /** Why the disk takes nothing at the moment. */
  readonly failure: Unwritable | undefined;
}

/** The disk takes nothing: it is full, or broken. What was sent to it is kept in memory and tried again. */
export class Unwritable extends Error {
  constructor(cause: unknown) {
    super(
      `The simulator cannot write its data folder (${cause instanceof Error ? cause.message : String(cause)}); it refuses requests until it can.`,
      { cause },
    );
  }
}

/** Keeps nothing: for simulators that live as long as one test. */
export const forgetfulLog: Log = {
  append: (_line, onDurable) => {
    if (onDurable !== undefined) queueMicrotask(onDurable);
  },
  durable: () => Promise.resolve(),
  failure: undefined,
};

/** One write and one `fdatasync` take this much at most, so that a waiting answer waits for a bounded batch. */
const batchLimitBytes = 4 * 1_024 * 1_024;
/** How long the log rests before it tries again to write what the disk refused. */
const retryPauseMs = 500;

interface Entry {
  readonly line: string;
  readonly onDurable: (() => void) | undefined;
}

/**
 * An append-only file with group commit: while one batch is being synced, arriving lines wait and go together.
 * Without a timer, so a lone line is written at once.
 *
 * When a write fails, the file is cut back to its last whole batch before anything else is written, so that no line
 * ever stands behind torn bytes. The batch stays in memory and is written again until the disk takes it; meanwhile
 * nothing is acknowledged. Writing again also covers a failed sync, after which the system may have dropped the pages.
 */
export class FileLog implements Log {
  failure: Unwritable | undefined;
  private pending: Entry[] = [];
  private waiters: PromiseWithResolvers[] = [];
  private flushing: Promise<void> | undefined;
  /** The file has bytes behind `size`, which no sync has covered. */
  private isTorn = false;
  private size: number;
  private successor: FileHandle | undefined;
  private readonly closing = new AbortController();

  constructor(
    private file: FileHandle,
    sizeBytes: number,
    private readonly log: (line: string) => void,
  ) {
    this.size = sizeBytes;
  }

  get sizeBytes(): number {
    return this.size;
  }

  append(line: string, onDurable?: () => void): void {
    this.pending.push({ line, onDurable });
    this.wake();
  }

  durable(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.flushing === undefined) return Promise.resolve();
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
    while (this.flushing !== undefined && this.failure === undefined) {
      await this.durable().catch(() => undefined);
      // Asked again in the same turn, the flush would find a waiter each time and never end: both would spin for ever.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.closing.abort();
    await this.flushing;
    if (this.pending.length > 0)
      this.log(`${this.pending.length} changes could not be written and are lost; none was acknowledged.`);
    await this.file.close();
    await this.successor?.close();
  }

  private wake(): void {
    // The requests of this turn of the event loop share the batch.
    this.flushing ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.flush());
  }

  private async flush(): Promise<void> {
    while (this.hasWork() && !this.closing.signal.aborted) {
      try {
        await this.writeBatch();
        this.recover();
      } catch (cause) {
        this.fail(cause);
        await pause(retryPauseMs, undefined, { ref: false, signal: this.closing.signal }).catch(
          () => undefined,
        );
      }
    }
    this.flushing = undefined;
  }

  private hasWork(): boolean {
    return this.pending.length + this.waiters.length > 0 || this.successor !== undefined;
  }

  private async writeBatch(): Promise<void> {
    const batch = this.pending;
    const waiters = this.waiters;
    this.pending = [];
    this.waiters = [];
    try {
      await this.cutTornBytes();
      await this.adoptSuccessor();
      await this.write(batch);
    } catch (error) {
      this.pending = [...batch, ...this.pending];
      this.waiters.push(...waiters);
      throw error;
    }
    for (const { onDurable } of batch) onDurable?.();
    for (const waiter of waiters) waiter.resolve();
  }

  private async write(batch: readonly Entry[]): Promise<void> {
    if (batch.length === 0) return;
    let written = 0;
    this.isTorn = true;
    for (const chunk of chunksOf(batch)) {
      await this.file.appendFile(chunk);
      written += chunk.length;
    }
    await this.file.datasync();
    this.isTorn = false;
    this.size += written;
  }

  private async cutTornBytes(): Promise<void> {
    if (!this.isTorn) return;
    await this.file.truncate(this.size);
    this.isTorn = false;
  }

  private async adoptSuccessor(): Promise<void> {
    if (this.successor === undefined) return;
    const complete = this.file;
    this.file = this.successor;
    this.successor = undefined;
    this.size = 0;
    await complete.close();
  }

  private fail(cause: unknown): void {
    const isNew = this.failure === undefined;
    this.failure = new Unwritable(cause);
    for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure);
    if (isNew) this.log(this.failure.message);
  }

  private recover(): void {
    if (this.failure === undefined) return;
    this.failure = undefined;
    this.log('The simulator can write its data folder again and answers requests.');
  }
}

function chunksOf(batch: readonly Entry[]): Buffer[] {
  const chunks: Buffer[] = [];
  let text = '';
  for (const { line } of batch) {
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
