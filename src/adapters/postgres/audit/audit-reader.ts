import type { Pool } from 'pg';
import { entryFor } from '../../../core/audit';
import { type Reader, assertContinues } from '../../../core/ports';
import { readCheckpoint } from './queries/read-checkpoint';
import { writeEffects } from './queries/write-effects';

export interface AuditReaderOptions {
  /** The journal partition that is read. @default 1 */
  readonly partition?: number;
}

/** Writes an entry for every event: one statement for each batch. It cannot empty the audit; see `rebuildableAudit`. */
export function createAuditReader(pool: Pool, options: AuditReaderOptions = {}): Reader {
  const partition = options.partition ?? 1;
  return {
    name: 'audit',
    checkpoint: () => readCheckpoint(pool, partition),
    async apply(from, events) {
      assertContinues({ partition, from, events });
      if (events.length === 0) return 'applied';
      const to = from + events.length;
      const written = await writeEffects(pool, { partition, from, to, entries: events.map(entryFor) });
      return written ? 'applied' : 'moved';
    },
  };
}
