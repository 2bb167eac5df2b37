import { type Money, type RefundId, accept, format, isGreater, money, refuse, sum } from '../kernel';
import type { PspRefund, RefundOutcome } from '../ports';
import { type Charge, type ExistingCharge, type Refund, chargeDecider, refunded } from './charge';
import type { Recording } from './decide-outcome';
import type { ChargeEvent } from './events';

const nothingNew: Recording = accept([]);

/** What the PSP said about one refund; accepts the same outcome any number of times and in any order. */
export function recordRefund(charge: Charge, refundId: RefundId, outcome: RefundOutcome): Recording {
  const refund =
    charge.status === 'none' ? undefined : charge.refunds.find((known) => known.refundId === refundId);
  if (charge.status === 'none' || refund === undefined)
    return refuse('refund_not_found', `The charge has no refund ${refundId}.`);
  const { provider } = charge.terms;
  const { amount } = refund;
  switch (outcome.kind) {
    case 'succeeded':
      if (refund.status === 'succeeded') return nothingNew;
      if (refund.status === 'failed')
        return refuse('refund_final', `${refundId} has failed, and the provider reports it as succeeded.`);
      return accept([
        { type: 'RefundSucceeded', provider, refundId, amount, pspReference: outcome.pspReference },
      ]);
    case 'pending':
      if (refund.status !== 'unknown' && (refund.status !== 'pending' || refund.pspReference !== null))
        return nothingNew;
      return accept([{ type: 'RefundPending', refundId, pspReference: outcome.pspReference }]);
    case 'failed':
      if (refund.status === 'failed') return nothingNew;
      return accept([
        {
          type: 'RefundFailed',
          provider,
          refundId,
          amount,
          failure: outcome.failure,
          afterSuccess: refund.status === 'succeeded',
        },
      ]);
    case 'unknown':
      return refund.status === 'pending' && refund.pspReference === null
        ? accept([{ type: 'RefundOutcomeUnknown', refundId, reason: outcome.reason }])
        : nothingNew;
  }
}

/**
 * Books the refunds of a payment that were made at the PSP itself, and brings those that are known to what the PSP shows.
 * Refunds of ours are never new: each is in the journal before it is at the PSP.
 * @param all every refund of the payment that the PSP shows, read after all that `charge` knows had been captured
 * @param nextId names a refund that is new here
 */
export function recordRefundsMadeOutside(
  charge: Charge,
  all: readonly PspRefund[],
  nextId: () => RefundId,
): Recording {
  if (charge.status === 'none') return nothingNew;
  const { currency } = charge.terms.amount;
  const standing = all.filter(({ outcome }) => outcome.kind !== 'failed');
  const given = sum(
    currency,
    standing.map(({ amountMinor }) => money(amountMinor, currency)),
  );
  if (isGreater(given, charge.captured)) return moreThanCaptured(charge, given);
  const events: ChargeEvent[] = [];
  let state: Charge = charge;
  for (const refund of [...all].sort((one, other) => one.createdAt - other.createdAt)) {
    const recording = recordOne(state, refund, nextId);
    if (!recording.ok) return recording;
    events.push(...recording.value);
    state = recording.value.reduce(chargeDecider.evolve, state);
  }
  return state.status !== 'none' && isGreater(refunded(state), state.captured)
    ? moreThanCaptured(state, refunded(state))
    : accept(events);
}

const moreThanCaptured = ({ captured }: ExistingCharge, given: Money) =>
  refuse(
    'provider_contradiction',
    `The provider has given back ${format(given)}, the books show ${format(captured)} as captured.`,
  );

function recordOne(charge: Charge, remote: PspRefund, nextId: () => RefundId): Recording {
  if (charge.status === 'none') return nothingNew;
  const { outcome, pspReference, createdAt, reason, amountMinor } = remote;
  const known = charge.refunds.find((refund) => isSame(refund, remote));
  if (known !== undefined) return recordRefund(charge, known.refundId, outcome);
  // A refund that failed before it was seen has moved no money in the end.
  if (outcome.kind === 'failed') return nothingNew;
  const { provider, amount: asked } = charge.terms;
  const refundId = nextId();
  const amount = money(amountMinor, asked.currency);
  return accept([
    { type: 'RefundRecorded', provider, refundId, pspReference, amount, reason, createdAt },
    outcome.kind === 'pending'
      ? { type: 'RefundPending', refundId, pspReference }
      : { type: 'RefundSucceeded', provider, refundId, amount, pspReference },
  ]);
}

/** By the PSP's name, once it is known; until then FinCore's own are known by their id. */
const isSame = ({ origin, refundId, pspReference }: Refund, remote: PspRefund): boolean =>
  pspReference === remote.pspReference || (origin === 'merchant' && refundId === remote.refundId);

/** Whether the PSP shows a refund that the books do not have. */
export const hasRefundsMadeOutside = ({ refunds }: ExistingCharge, all: readonly PspRefund[]): boolean =>
  all.some((remote) => remote.outcome.kind !== 'failed' && !refunds.some((known) => isSame(known, remote)));
