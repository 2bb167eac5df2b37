import type { ChargeId, TenantId } from '../../kernel';
import type { Provider } from '../../ports';
import type { Refund } from '../charge';
import type { ChargeRow } from './charge-row';

/** A refund as lists show it: its part of the charge's fold, and which charge that is. */
export interface RefundRow {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  /** 1, 2, 3 … within the charge, in the order in which the refunds were asked for. */
  readonly sequence: number;
  readonly livemode: boolean;
  readonly provider: Provider;
  /** Of the charge. */
  readonly customerReference: string | null;
  readonly refund: Refund;
}

/**
 * The refunds that differ between two states of one charge. States share what did not change, so
 * identity tells, and a charge with many refunds does not write all of them again with each.
 */
export function changedRefunds(before: ChargeRow | null, after: ChargeRow): readonly RefundRow[] {
  const known = new Set(before?.charge.refunds);
  const { chargeId, livemode, provider, customerReference } = after.charge.terms;
  return after.charge.refunds.flatMap((refund, index) =>
    known.has(refund)
      ? []
      : [
          {
            tenant: after.tenant,
            chargeId,
            sequence: index + 1,
            livemode,
            provider,
            customerReference,
            refund,
          },
        ],
  );
}
