import type { ChargeId } from '../../kernel';
import type { CommandContext, Journal } from '../../ports';
import type { Charge } from '../charge';
import { approveReview, rejectReview } from '../decide-charge';
import { type ChargeHandled, handleChargeCommand } from './charge-stream';

export interface ReviewCharge {
  readonly chargeId: ChargeId;
  readonly verdict: { readonly kind: 'approve' } | { readonly kind: 'reject'; readonly reason: string };
}

/**
 * Decides a charge that the rules held. Refusal: charge_not_in_review.
 * @throws VersionConflict when other processes are faster at every try
 */
export const reviewCharge =
  (journal: Journal) =>
  ({ chargeId, verdict }: ReviewCharge, context: CommandContext<Charge>): Promise<ChargeHandled> =>
    handleChargeCommand(
      journal,
      chargeId,
      (charge) => (verdict.kind === 'approve' ? approveReview(charge) : rejectReview(charge, verdict.reason)),
      context,
    );
