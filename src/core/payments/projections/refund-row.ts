import type { ChargeId, TenantId } from '../../kernel';
import type { Refund } from '../charge';
import type { ChargeRow } from './charge-row';

/** A refund as lists show it: its part of the charge's fold, and which charge that is. */
export interface RefundRow {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly livemode: boolean;
  readonly refund: Refund;
}

/**
 * The refunds that differ between two states of one charge. States share what did not change, so
 * identity tells, and a charge with many refunds does not write all of them again with each.
 */
export function changedRefunds(before: ChargeRow | null, after: ChargeRow): readonly RefundRow[] {
  const known = new Set(before?.charge.refunds);
  const { chargeId, livemode } = after.charge.terms;
  return after.charge.refunds
    .filter((refund) => !known.has(refund))
    .map((refund) => ({ tenant: after.tenant, chargeId, livemode, refund }));
}
