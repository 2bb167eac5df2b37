import type { ClientBase, Pool } from 'pg';
import { inTransaction } from './pool';

/** Runs work in a transaction that commits when the work returns. @param name fixes the order in which works share one */
export type Transact = <Value>(name: string, work: (client: ClientBase) => Promise<Value>) => Promise<Value>;

/** What every reader on PostgreSQL takes. */
export interface ReaderOptions {
  /** The journal partition that is read. @default 1 */
  readonly partition?: number;
  /** In a database that the reader's pool reaches. @default a transaction for each batch */
  readonly transact?: Transact;
}

/** A transaction for each work. */
export const ownTransaction =
  (pool: Pool): Transact =>
  (_name, work) =>
    inTransaction(pool, work);

interface Entry {
  readonly name: string;
  /** Keeps its value, and settles its caller with it once it is committed. */
  run(client: ClientBase): Promise<void>;
  committed(): void;
  failed(error: unknown): void;
}

/**
 * Works that begin in the same turn of the event loop share one commit. When one of them fails, nothing of the
 * transaction remains and each runs again in a transaction of its own, so that only the one that fails is failed.
 * Works run in the order of their names: two processes that take the same locks cannot wait for each other in a circle.
 */
export function createSharedTransactions(pool: Pool): Transact {
  let waiting: Entry[] = [];

  async function runTogether(entries: readonly Entry[]): Promise<void> {
    try {
      await inTransaction(pool, async (client) => {
        for (const entry of entries) await entry.run(client);
      });
    } catch (error) {
      if (entries.length === 1) entries[0]?.failed(error);
      else await Promise.all(entries.map((entry) => runTogether([entry])));
      return;
    }
    for (const entry of entries) entry.committed();
  }

  return (name, work) =>
    new Promise((resolve, reject) => {
      let settle = (): void => undefined;
      const entry: Entry = {
        name,
        async run(client) {
          const value = await work(client);
          settle = () => resolve(value);
        },
        committed: () => settle(),
        failed: reject,
      };
      waiting.push(entry);
      if (waiting.length > 1) return;
      setImmediate(() => {
        const entries = waiting.sort((left, right) => (left.name < right.name ? -1 : 1));
        waiting = [];
        void runTogether(entries);
      });
    });
}
