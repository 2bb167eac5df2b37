import { defaults, type StripeSimulatorOptions } from '../options';
import { DataFolder } from './data-folder';
import { FileLog, forgetfulLog, type Log } from './log';
import type { LogEntry } from './record';
import { Store } from './store';

export interface OpenedStore {
  readonly store: Store;
  /** Writes out what is pending and closes the files. */
  close(): Promise<void>;
}

/** The store with everything that its folder holds. */
export async function openStore(
  options: StripeSimulatorOptions,
  log: (line: string) => void,
): Promise<OpenedStore> {
  const storeOptions = {
    idempotencyTtlMs: options.idempotencyTtlMs ?? defaults.idempotencyTtlMs,
    nowMs: Date.now,
  };
  if (options.dataDir === null) {
    return { store: new Store(forgetfulLog, storeOptions), close: () => Promise.resolve() };
  }
  const entries: LogEntry[] = [];
  const folder = await DataFolder.open(options.dataDir, (entry) => entries.push(entry));
  const { file, sizeBytes } = await folder.openSegment();
  const fileLog: Log & { close(): Promise<void> } = new FileLog(file, sizeBytes, (error) => {
    log(`The log cannot be written any more, so nothing is acknowledged: ${error.message}`);
  });
  const store = new Store(fileLog, storeOptions);
  for (const entry of entries) store.replay(entry);
  return { store, close: () => fileLog.close() };
}
