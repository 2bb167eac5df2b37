import { defaults, type StripeSimulatorOptions } from '../options';
import { DataFolder } from './data-folder';
import { FileLog } from './log';
import { decodeLine } from './record';
import { snapshotLines } from './snapshot-lines';
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
  const store = new Store({
    idempotencyTtlMs: options.idempotencyTtlMs ?? defaults.idempotencyTtlMs,
    looseLimit: options.looseLimit ?? defaults.looseLimit,
    nowMs: Date.now,
  });
  if (options.dataDir === null) return { store, close: () => Promise.resolve() };
  const folder = await DataFolder.open(options.dataDir, (line) => store.replay(decodeLine(line)));
  const { file, sizeBytes } = await folder.openSegment();
  const fileLog = new FileLog(file, sizeBytes, log);
  store.writeTo(fileLog);
  const compaction = new Compaction({
    store,
    folder,
    fileLog,
    limitBytes: options.compactionBytes ?? defaults.compactionBytes,
    log,
  });
  store.onCommitted(() => compaction.considerStarting());
  return {
    store,
    close: async () => {
      await compaction.finish();
      await fileLog.close();
    },
  };
}

interface CompactionOptions {
  readonly store: Store;
  readonly folder: DataFolder;
  readonly fileLog: FileLog;
  readonly limitBytes: number;
  readonly log: (line: string) => void;
}

/** How long a compaction that failed rests, as on a full disk. */
const retryPauseMs = 10_000;

/** Rewrites the log as a snapshot when it has outgrown both its limit and the snapshot before. */
class Compaction {
  private underWay: Promise<void> | undefined;
  private snapshotBytes = 0;
  private notBeforeMs = 0;

  constructor(private readonly options: CompactionOptions) {}

  considerStarting(): void {
    const { fileLog, limitBytes } = this.options;
    if (this.underWay !== undefined || fileLog.sizeBytes < Math.max(limitBytes, this.snapshotBytes)) return;
    if (this.options.store.nowMs() < this.notBeforeMs) return;
    this.underWay = this.run().finally(() => {
      this.underWay = undefined;
    });
  }

  async finish(): Promise<void> {
    await this.underWay;
  }

  /** A compaction that fails leaves the old files, which hold everything. */
  private async run(): Promise<void> {
    const { store, folder, fileLog, log } = this.options;
    try {
      await fileLog.continueIn(await folder.nextSegment());
      this.snapshotBytes = await folder.writeSnapshot(snapshotLines(store), () => store.durable());
    } catch (error) {
      this.notBeforeMs = store.nowMs() + retryPauseMs;
      log(`The log could not be compacted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
