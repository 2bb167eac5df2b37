import type { PageRequest, TenantId } from '../../../src/core/kernel';
import type { ChargeRow, PaymentQueries, RefundRow } from '../../../src/core/payments';
import type { Feed, PageResult, RebuildableReader } from '../../../src/core/ports';
import type { play } from './random-history';

/** Drives the reader from its checkpoint to the head, in batches of the given sizes, round and round. */
export async function readAll(
  feed: Feed,
  reader: RebuildableReader,
  batchSizes: readonly number[] = [500],
): Promise<void> {
  const head = await feed.head();
  let from = await reader.checkpoint();
  for (let round = 0; from < head; round += 1) {
    const events = await feed.read(from, batchSizes[round % batchSizes.length] ?? 500);
    await reader.apply(from, events);
    from = await reader.checkpoint();
  }
}

/** Walks a list to its end. */
export async function walk<Id extends string, Row>(
  list: (page: PageRequest<Id>) => Promise<PageResult<Row>>,
  idOf: (row: Row) => Id,
  kind: 'starting_after' | 'ending_before' = 'starting_after',
  options: { readonly limit?: number; readonly from?: Id } = {},
): Promise<Row[]> {
  const { limit = 100, from } = options;
  const found: Row[] = [];
  let cursor = from === undefined ? undefined : { kind, id: from };
  for (;;) {
    const result = await list(cursor === undefined ? { limit } : { limit, cursor });
    if (!result.ok) throw new Error(result.refusal.message);
    const { rows, hasMore } = result.value;
    if (kind === 'starting_after') found.push(...rows);
    else found.unshift(...rows);
    const next = kind === 'starting_after' ? rows.at(-1) : rows[0];
    if (!hasMore || next === undefined) return found;
    cursor = { kind, id: idOf(next) };
  }
}

export const chargeIdOfRow = (row: ChargeRow) => row.charge.terms.chargeId;
export const refundIdOfRow = (row: RefundRow) => row.refund.refundId;

export const allCharges = (queries: PaymentQueries, tenant: TenantId) =>
  walk((page) => queries.listCharges(tenant, {}, page), chargeIdOfRow);

export const allRefunds = (queries: PaymentQueries, tenant: TenantId) =>
  walk((page) => queries.listRefunds(tenant, {}, page), refundIdOfRow);

/** What a tenant's lists must show, made from the charges' states without any of the reader's code. */
export function expectedRows(
  states: Awaited<ReturnType<typeof play>>,
  tenant: TenantId,
): { readonly charges: ChargeRow[]; readonly refunds: RefundRow[] } {
  const charges: ChargeRow[] = [];
  const refunds: RefundRow[] = [];
  for (const { tenant: owner, version, charge } of states.values()) {
    if (owner !== tenant || charge.status === 'none') continue;
    charges.push({ tenant, version, charge });
    const { chargeId, livemode, provider, customerReference } = charge.terms;
    charge.refunds.forEach((refund, index) => {
      refunds.push({ tenant, chargeId, sequence: index + 1, livemode, provider, customerReference, refund });
    });
  }
  const newestFirst = (left: [number, string], right: [number, string]) =>
    right[0] - left[0] || (left[1] < right[1] ? 1 : -1);
  return {
    charges: charges.sort((left, right) =>
      newestFirst(
        [left.charge.terms.createdAt, chargeIdOfRow(left)],
        [right.charge.terms.createdAt, chargeIdOfRow(right)],
      ),
    ),
    refunds: refunds.sort((left, right) =>
      newestFirst(
        [left.refund.createdAt, refundIdOfRow(left)],
        [right.refund.createdAt, refundIdOfRow(right)],
      ),
    ),
  };
}
