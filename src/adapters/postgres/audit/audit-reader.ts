import type { ClientBase, Pool } from 'pg';
import { entryFor } from '../../../core/audit';
import { contexts } from '../../../core/contexts';
import { type Reader, type Registry, assertContinues } from '../../../core/ports';
import type { ReaderOptions } from '../transact';
import { readCheckpoint } from './queries/read-checkpoint';
import { writeEffects } from './queries/write-effects';

export interface AuditReaderOptions extends ReaderOptions {
  /** @default every context of FinCore */
  readonly contexts?: Registry;
}

/** Writes an entry for every event: one statement for each batch. It cannot empty the audit; see `rebuildableAudit`. */
export function createAuditReader(pool: Pool, options: AuditReaderOptions = {}): Reader {
  const { partition = 1, contexts: known = contexts, transact = ofItsOwn(pool) } = options;
  return {
    name: 'audit',
    checkpoint: () => readCheckpoint(pool, partition),
    async apply(from, events) {
      assertContinues({ partition, from, events });
      if (events.length === 0) return 'applied';
      const to = from + events.length;
      const entries = events.map((event) => entryFor(event, known));
      const written = await transact('audit', (client) =>
        writeEffects(client, { partition, from, to, entries }),
      );
      return written ? 'applied' : 'moved';
    },
  };
}

/** One statement is a transaction, and costs one round trip instead of three. */
const ofItsOwn =
  (pool: Pool) =>
  (_name: string, work: (client: Pick<ClientBase, 'query'>) => Promise<boolean>): Promise<boolean> =>
    work(pool);
