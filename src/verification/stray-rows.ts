import { findStreams } from '../adapters/postgres/journal/queries/find-streams';
import { createPaymentQueries } from '../adapters/postgres/payments/payment-queries';
import { findUnindexed } from '../adapters/postgres/payments/queries/find-unindexed';
import {
  type IndexPlace,
  beforeTheIndex,
  indexEntriesAfter,
} from '../adapters/postgres/payments/queries/index-entries-after';
import { refundOwnersAfter } from '../adapters/postgres/payments/queries/refund-owners-after';
import type { ChargeId, Difference } from '../core/kernel';
import { type PaymentsFault, chargeStream } from '../core/payments';
import type { Stores } from '../compose/stores';

/**
 * Rows that nothing in the journal speaks of can be anywhere: those who begin anew walk through PaymentDB once, table
 * by table, on from where they were stopped.
 */
export type Sweep =
  | { readonly table: 'charges'; readonly after: ChargeId | null }
  | { readonly table: 'refunds'; readonly after: string }
  | { readonly table: 'metadata'; readonly after: IndexPlace }
  | { readonly table: 'none' };

export const firstSweep: Sweep = { table: 'charges', after: null };

type Step =
  | { readonly kind: 'swept'; readonly next: Sweep }
  | { readonly kind: 'stray'; readonly fault: PaymentsFault };

/** Looks at one page of rows. */
export async function sweepPage(stores: Stores, sweep: Sweep, limit: number): Promise<Step> {
  switch (sweep.table) {
    case 'charges':
      return sweepCharges(stores, sweep.after, limit);
    case 'refunds':
      return sweepRefunds(stores, sweep.after, limit);
    case 'metadata':
      return sweepIndex(stores, sweep.after, limit);
    case 'none':
      return swept(sweep);
  }
}

const swept = (next: Sweep): Step => ({ kind: 'swept', next });

const stray = (kind: PaymentsFault['place']['kind'], id: string, difference: Difference): Step => ({
  kind: 'stray',
  fault: { place: { kind, id }, ...difference },
});

async function sweepCharges({ pools }: Stores, after: ChargeId | null, limit: number): Promise<Step> {
  const ids = await createPaymentQueries(pools.payments).chargeIdsAfter(after, limit);
  const known = await findStreams(pools.journal, ids.map(chargeStream));
  const extra = ids.find((id) => !known.has(chargeStream(id)));
  if (extra !== undefined)
    return stray('charge', extra, {
      field: 'row',
      stored: 'a row',
      expected: 'none, the journal has no such charge',
    });
  const last = ids.at(-1);
  return (
    (await unindexed(pools.payments, 'charge', ids)) ??
    swept(last === undefined ? { table: 'refunds', after: '' } : { table: 'charges', after: last })
  );
}

async function sweepRefunds({ pools }: Stores, after: string, limit: number): Promise<Step> {
  const page = await refundOwnersAfter(pools.payments, after, limit);
  const orphan = page.find(({ isThere }) => !isThere);
  if (orphan !== undefined)
    return stray('refund', orphan.refundId, {
      field: 'row',
      stored: 'a row',
      expected: `none, its charge ${orphan.chargeId} is missing`,
    });
  const ids = page.map(({ refundId }) => refundId);
  const last = ids.at(-1);
  return (
    (await unindexed(pools.payments, 'refund', ids)) ??
    swept(
      last === undefined ? { table: 'metadata', after: beforeTheIndex } : { table: 'refunds', after: last },
    )
  );
}

async function sweepIndex({ pools }: Stores, after: IndexPlace, limit: number): Promise<Step> {
  const page = await indexEntriesAfter(pools.payments, after, limit);
  const extra = page.find(({ isOwed }) => !isOwed);
  if (extra !== undefined)
    return stray(extra.object, extra.id, {
      field: 'metadata index',
      stored: `${extra.key} = ${extra.value}`,
      expected: 'no such row',
    });
  const last = page.at(-1);
  return swept(last === undefined ? { table: 'none' } : { table: 'metadata', after: last.place });
}

/** What finds an object by its metadata is compared with the object itself, which was compared with the journal. */
async function unindexed(
  pool: Stores['pools']['payments'],
  object: 'charge' | 'refund',
  ids: readonly string[],
): Promise<Step | null> {
  if (ids.length === 0) return null;
  const found = await findUnindexed(pool, object, ids);
  return found === null
    ? null
    : stray(object, found.id, {
        field: 'metadata index',
        stored: `no row for ${found.key}`,
        expected: `${found.key} = ${found.value}`,
      });
}
