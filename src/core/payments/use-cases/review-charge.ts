import type { ChargeId } from '../../kernel';
import { type CommandContext, type Handled, type Journal, handleCommand } from '../../ports';
import type { Charge } from '../charge';
import { approveReview, rejectReview } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';
import { chargeAggregate, chargeStream } from './charge-stream';

export interface ReviewCharge {
  readonly chargeId: ChargeId;
  readonly verdict: { readonly kind: 'approve' } | { readonly kind: 'reject'; readonly reason: string };
}

/** Decides a charge that the rules held. Refusal: charge_not_in_review. */
export const reviewCharge =
  (journal: Journal) =>
  (
    { chargeId, verdict }: ReviewCharge,
    context: CommandContext<Charge>,
  ): Promise<Handled<Charge, ChargeErrorCode>> =>
    handleCommand(
      journal,
      chargeAggregate,
      chargeStream(chargeId),
      (charge) => (verdict.kind === 'approve' ? approveReview(charge) : rejectReview(charge, verdict.reason)),
      context,
    );
