import type { Pool } from 'pg';
import { entryFor } from '../../../core/audit';
import { contexts } from '../../../core/contexts';
import { type Reader, type Registry, assertContinues } from '../../../core/ports';
import { readCheckpoint } from './queries/read-checkpoint';
import { writeEffects } from './queries/write-effects';

export interface AuditReaderOptions {
  /** The journal partition that is read. @default 1 */
  readonly partition?: number;
  /** @default every context of FinCore */
  readonly contexts?: Registry;
}

/** Writes an entry for every event: one statement for each batch. It cannot empty the audit; see `rebuildableAudit`. */
export function createAuditReader(pool: Pool, options: AuditReaderOptions = {}): Reader {
  const { partition = 1, contexts: known = contexts } = options;
  return {
    name: 'audit',
    checkpoint: () => readCheckpoint(pool, partition),
    async apply(from, events) {
      assertContinues({ partition, from, events });
      if (events.length === 0) return 'applied';
      const to = from + events.length;
      const entries = events.map((event) => entryFor(event, known));
      const written = await writeEffects(pool, { partition, from, to, entries });
      return written ? 'applied' : 'moved';
    },
  };
}
