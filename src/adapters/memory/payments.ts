import {
  type ChargeId,
  type PageRequest,
  type RefundId,
  accept,
  assert,
  pageOf,
  walkLimit,
} from '../../core/kernel';
import {
  type ChargeRow,
  type PageResult,
  type PaymentQueries,
  type PaymentRows,
  type RefundRow,
  reduceBatch,
  refuseCursor,
} from '../../core/payments';
import { type RebuildableReader, type RecordedEvent, assertContinues } from '../../core/ports';
import { matchesCharge, matchesRefund } from './payments-filter';

export interface MemoryPayments {
  readonly reader: RebuildableReader;
  readonly queries: PaymentQueries & PaymentRows;
  /** The rows themselves, for simulations that look at them or break them. */
  readonly rows: {
    readonly charges: Map<ChargeId, ChargeRow>;
    readonly refunds: Map<RefundId, RefundRow>;
  };
}

const partition = 1;

/** PaymentDB without a database, kept for the life of the process. */
export function createMemoryPayments(): MemoryPayments {
  const charges = new Map<ChargeId, ChargeRow>();
  const refunds = new Map<RefundId, RefundRow>();
  let position = 0;

  /** Runs to its end without yielding, as one database transaction would. */
  function apply(from: number, events: readonly RecordedEvent[]): 'applied' | 'moved' {
    const last = events.at(-1);
    assert(last !== undefined, 'a batch has at least one event');
    assertContinues({ partition, from, events });
    if (position !== from) return 'moved';
    const reduced = reduceBatch(events, charges);
    for (const row of reduced.charges) charges.set(row.charge.terms.chargeId, row);
    for (const row of reduced.refunds) refunds.set(row.refund.refundId, row);
    position = last.position;
    return 'applied';
  }

  const reader: RebuildableReader = {
    name: 'payments',
    checkpoint: () => Promise.resolve(position),
    apply: (from, events) => Promise.resolve().then(() => apply(from, events)),
    reset() {
      charges.clear();
      refunds.clear();
      position = 0;
      return Promise.resolve();
    },
  };

  const chargeOf = ({ chargeId }: RefundRow): ChargeRow => {
    const row = charges.get(chargeId);
    assert(row !== undefined, 'a refund is of a charge');
    return row;
  };
  const queries: PaymentQueries & PaymentRows = {
    listCharges(tenant, filter, page) {
      const own = [...charges.values()].filter((row) => row.tenant === tenant);
      return Promise.resolve(walk(own, chargeKey, page, (row) => matchesCharge(filter, row)));
    },
    listRefunds(tenant, filter, page) {
      const own = [...refunds.values()].filter((row) => row.tenant === tenant);
      return Promise.resolve(walk(own, refundKey, page, (row) => matchesRefund(filter, row, chargeOf(row))));
    },
    findCharges(tenant, chargeIds) {
      const found = chargeIds.flatMap((chargeId) => charges.get(chargeId) ?? []);
      return Promise.resolve(found.filter((row) => row.tenant === tenant));
    },
    findRefund(tenant, refundId) {
      const row = refunds.get(refundId);
      return Promise.resolve(row?.tenant === tenant ? row : null);
    },
    chargeIdsAfter(after, limit) {
      const ids = [...charges.keys()].filter((chargeId) => after === null || chargeId > after).sort();
      return Promise.resolve(ids.slice(0, limit));
    },
  };
  return { reader, queries, rows: { charges, refunds } };
}

interface Key {
  readonly createdAt: number;
  readonly id: string;
}

const chargeKey = ({ charge }: ChargeRow): Key => ({
  createdAt: charge.terms.createdAt,
  id: charge.terms.chargeId,
});

const refundKey = ({ refund }: RefundRow): Key => ({ createdAt: refund.createdAt, id: refund.refundId });

/** Walks a tenant's rows away from the cursor, as the keyset of a database would. */
function walk<Row>(
  own: readonly Row[],
  keyOf: (row: Row) => Key,
  page: PageRequest<string>,
  matches: (row: Row) => boolean,
): PageResult<Row> {
  const limit = walkLimit(page);
  const { cursor } = page;
  const isUpward = cursor?.kind === 'ending_before';
  const sorted = own.toSorted((left, right) => newestFirst(keyOf(left), keyOf(right)));
  if (isUpward) sorted.reverse();
  const at = cursor === undefined ? -1 : sorted.findIndex((row) => keyOf(row).id === cursor.id);
  if (cursor !== undefined && at === -1) return refuseCursor(cursor);
  const beyond = sorted.slice(at + 1).filter(matches);
  return accept(pageOf(page, beyond.slice(0, limit)));
}

function newestFirst(left: Key, right: Key): number {
  if (left.createdAt !== right.createdAt) return right.createdAt - left.createdAt;
  return left.id < right.id ? 1 : -1;
}
