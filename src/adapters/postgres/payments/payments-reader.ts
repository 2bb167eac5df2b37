import type { Pool } from 'pg';
import { assert } from '../../../core/kernel';
import { chargesToLoad, reduceBatch } from '../../../core/payments';
import { type RebuildableReader, assertContinues } from '../../../core/ports';
import { inTransaction } from '../pool';
import { emptyTables } from './queries/empty-tables';
import { insertCharges } from './queries/insert-charges';
import { loadCharges } from './queries/load-charges';
import { moveCheckpoint } from './queries/move-checkpoint';
import { planByIndex } from './queries/plan-by-index';
import { readCheckpoint } from './queries/read-checkpoint';
import { rewindCheckpoints } from './queries/rewind-checkpoints';
import { updateCharges } from './queries/update-charges';
import { upsertRefunds } from './queries/upsert-refunds';

/**
 * The projectionist: charges and refunds in PaymentDB. A batch is one transaction of at most eight statements,
 * however many events it has; the checkpoint's row lock lets one batch in at a time.
 */
export function createPaymentsReader(
  pool: Pool,
  options: { /** @default 1 */ readonly partition?: number } = {},
): RebuildableReader {
  const partition = options.partition ?? 1;
  return {
    name: 'payments',
    checkpoint: () => readCheckpoint(pool, partition),
    async apply(from, events) {
      const last = events.at(-1);
      assert(last !== undefined, 'a batch has at least one event');
      assertContinues({ partition, from, events });
      return inTransaction(pool, async (client) => {
        if (!(await moveCheckpoint(client, { partition, from, to: last.position }))) return 'moved';
        await planByIndex(client);
        const loaded = await loadCharges(client, chargesToLoad(events));
        const { charges, refunds } = reduceBatch(events, loaded);
        await insertCharges(
          client,
          charges.filter((row) => !loaded.has(row.charge.terms.chargeId)),
        );
        await updateCharges(
          client,
          charges.filter((row) => loaded.has(row.charge.terms.chargeId)),
        );
        await upsertRefunds(client, refunds);
        return 'applied';
      });
    },
    reset: () =>
      inTransaction(pool, async (client) => {
        await rewindCheckpoints(client);
        await emptyTables(client);
      }),
  };
}
