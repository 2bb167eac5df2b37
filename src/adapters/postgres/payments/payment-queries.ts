import type { Pool } from 'pg';
import { type PageRequest, accept, pageOf, walkLimit } from '../../../core/kernel';
import { type PageResult, type PaymentQueries, type PaymentRows, refuseCursor } from '../../../core/payments';
import { chargeIdsAfter } from './queries/charge-ids-after';
import { findCharges } from './queries/find-charges';
import { findChargeTime } from './queries/find-charge-time';
import { findRefund } from './queries/find-refund';
import { findRefundTime } from './queries/find-refund-time';
import { listCharges } from './queries/list-charges';
import { listRefunds } from './queries/list-refunds';
import { type Walk, directionOf } from './queries/list-statement';

/** PaymentDB's queries; each page is at most two statements. */
export function createPaymentQueries(pool: Pool): PaymentQueries & PaymentRows {
  return {
    listCharges: (tenant, filter, page) =>
      list(
        page,
        (chargeId) => findChargeTime(pool, tenant, chargeId),
        (walk) => listCharges(pool, tenant, filter, walk),
      ),
    listRefunds: (tenant, filter, page) =>
      list(
        page,
        (refundId) => findRefundTime(pool, tenant, refundId),
        (walk) => listRefunds(pool, tenant, filter, walk),
      ),
    findCharges: (tenant, chargeIds) => findCharges(pool, tenant, chargeIds),
    findRefund: (tenant, refundId) => findRefund(pool, tenant, refundId),
    chargeIdsAfter: (after, limit) => chargeIdsAfter(pool, after, limit),
  };
}

async function list<Id extends string, Row>(
  page: PageRequest<Id>,
  timeOf: (id: Id) => Promise<Date | null>,
  find: (walk: Walk) => Promise<readonly Row[]>,
): Promise<PageResult<Row>> {
  const limit = walkLimit(page);
  const direction = directionOf(page);
  const { cursor } = page;
  if (cursor === undefined) return accept(pageOf(page, await find({ direction, from: null, limit })));
  const createdAt = await timeOf(cursor.id);
  if (createdAt === null) return refuseCursor(cursor);
  return accept(pageOf(page, await find({ direction, from: { createdAt, id: cursor.id }, limit })));
}
