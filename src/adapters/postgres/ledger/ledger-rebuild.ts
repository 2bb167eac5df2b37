import { DatabaseError } from 'pg';
import type { Reader, RebuildableReader } from '../../../core/ports';
import { withClient } from '../with-client';
import { resetLedger } from './queries/reset-ledger';

export interface LedgerRebuildOptions {
  /** The ledger's reader: what it derives again is what it derived the first time. */
  readonly reader: Reader;
  /** The owner of the schema. The application's role may not delete, so no bug of the application can do this. */
  readonly ownerConnectionString: string;
  /** How long a batch in progress and the readers of the book are waited for. @default 30000 */
  readonly lockTimeoutMs?: number;
}

const maxTries = 3;
const deadlockDetected = '40P01';

/** The reader with the operator's power to empty the ledger. Readers that run meanwhile find their checkpoint moved. */
export function rebuildableLedger(options: LedgerRebuildOptions): RebuildableReader {
  return {
    ...options.reader,
    async reset() {
      const config = {
        connectionString: options.ownerConnectionString,
        application_name: 'fincore-ledger-rebuild',
        connectionTimeoutMillis: 10_000,
        lock_timeout: options.lockTimeoutMs ?? 30_000,
        statement_timeout: 60_000,
      };
      await withClient(config, (client) => withoutDeadlock(() => resetLedger(client)));
    },
  };
}

/** Emptying locks several tables, and so does a query of the book, in an order of its own: when they meet, try again. */
async function withoutDeadlock(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const deadlock = error instanceof DatabaseError && error.code === deadlockDetected;
      if (!deadlock || tries === maxTries) throw error;
    }
  }
}
