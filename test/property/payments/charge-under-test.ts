import * as fc from 'fast-check';
import { type CaptureId, type ChargeId, type RefundId, fold, money } from '../../../src/core/kernel';
import { type Charge, type ExistingCharge, chargeDecider } from '../../../src/core/payments';
import {
  type Decision,
  approveReview,
  cancelCharge,
  captureCharge,
  createCharge,
  rejectReview,
  requestRefund,
} from '../../../src/core/payments/decide-charge';
import { recordCancel, recordCapture, recordPayment } from '../../../src/core/payments/decide-outcome';
import { recordRefund, recordRefundsMadeOutside } from '../../../src/core/payments/decide-refund-outcome';
import type {
  CancelOutcome,
  CaptureOutcome,
  PaymentOutcome,
  PspRefund,
  RefundOutcome,
} from '../../../src/core/ports';
import { asked, declined, eur } from '../../support/charges';
import { type Happening, cancelKinds, captureKinds, paymentKinds, refundKinds } from './charge-model';

export const chargeId = 'ch_00000000000000000000000001' as ChargeId;
export const captureIdAt = (n: number) => `cap_${String(n).padStart(26, '0')}` as CaptureId;
export const refundIdAt = (n: number) => `re_${String(n).padStart(26, '0')}` as RefundId;

/** Small amounts of a small authorization, so that the bounds are met often. */
export const maxAuthorized = 20;
const amount = fc.option(fc.nat(maxAuthorized + 2), { nil: null, freq: 4 });
const which = fc.nat(3);
/** Mostly what FinCore would expect, so that most stories go on. */
const taken = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, maxAuthorized) },
  fc.nat(maxAuthorized + 1),
);
const rarely = fc.nat(19).map((n) => n === 0);

export const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'approve' as const }, { kind: 'reject' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('capture'), amount, final: rarely, foreign: rarely }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('refund'), amount, foreign: rarely }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('payment outcome'),
      outcome: fc.constantFrom(...paymentKinds),
      taken,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('capture outcome'),
      which,
      outcome: fc.constantFrom(...captureKinds),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cancel outcome'),
      outcome: fc.constantFrom(...cancelKinds),
      taken,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('outside refund'),
      amount: fc.integer({ min: 1, max: maxAuthorized }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('refund outcome'),
      which,
      outcome: fc.constantFrom(...refundKinds),
    }),
  },
);

/** What the PSP shows of one refund that FinCore did not ask for, named after how many the charge has. */
const outsideRefund = (charge: ExistingCharge, amountMinor: bigint): PspRefund => {
  const pspReference = `re_outside_${String(charge.refunds.length)}`;
  const outcome = { kind: 'succeeded', pspReference } as const;
  return { pspReference, refundId: null, amountMinor, reason: null, createdAt: 1, outcome };
};

export function createdCharge(
  assessment: 'approved' | 'review' | 'blocked',
  authorized: number,
): ExistingCharge {
  const decision = createCharge(
    chargeDecider.initial,
    asked({ chargeId, amount: eur(authorized), captureMethod: 'manual', assessment }),
  );
  return after(chargeDecider.initial, decision);
}

/** The charge once the events of a decision have happened; the same charge where it was refused. */
export function after(charge: Charge, decision: Decision): ExistingCharge {
  const next = decision.ok ? fold(chargeDecider, decision.value, charge) : charge;
  if (next.status === 'none') throw new Error('a charge that exists goes on to exist');
  return next;
}

/** The decider's answer to what happens. New captures and refunds are numbered as they come. */
export function decide(charge: ExistingCharge, happening: Happening): Decision {
  const asked = (minor: number | null, foreign: boolean) =>
    minor === null ? null : money(BigInt(minor), foreign ? 'USD' : 'EUR');
  switch (happening.kind) {
    case 'approve':
      return approveReview(charge);
    case 'reject':
      return rejectReview(charge, 'looks stolen');
    case 'cancel':
      return cancelCharge(charge, { chargeId });
    case 'capture':
      return captureCharge(charge, {
        chargeId,
        captureId: captureIdAt(charge.captures.length),
        amount: asked(happening.amount, happening.foreign),
        final: happening.final,
        requestedAt: 2_000,
      });
    case 'refund':
      return requestRefund(charge, {
        chargeId,
        refundId: refundIdAt(charge.refunds.length),
        amount: asked(happening.amount, happening.foreign),
        reason: null,
        metadata: {},
        createdAt: 3_000,
      });
    case 'payment outcome':
      return recordPayment(charge, paymentOutcome(happening.outcome, BigInt(happening.taken)));
    case 'capture outcome':
      return recordCapture(charge, captureIdAt(happening.which), captureOutcomes[happening.outcome]);
    case 'cancel outcome':
      return recordCancel(charge, cancelOutcome(happening.outcome, BigInt(happening.taken)));
    case 'refund outcome':
      return recordRefund(charge, refundIdAt(happening.which), refundOutcomes[happening.outcome]);
    case 'outside refund':
      return recordRefundsMadeOutside(charge, [outsideRefund(charge, BigInt(happening.amount))], () =>
        refundIdAt(charge.refunds.length),
      );
  }
}

const failed = { kind: 'failed', failure: declined } as const;
const unknown = { kind: 'unknown', reason: 'timeout' } as const;

function paymentOutcome(kind: (typeof paymentKinds)[number], capturedMinor: bigint): PaymentOutcome {
  const pspReference = 'pi_1';
  switch (kind) {
    case 'authorized':
      return { kind: 'authorized', pspReference, captured: false, capturedMinor };
    case 'captured':
      return { kind: 'authorized', pspReference, captured: true, capturedMinor };
    case 'action_required':
      return { kind, pspReference, nextAction: { kind: 'redirect', url: 'https://example.com/3ds' } };
    case 'failed':
      return failed;
    case 'canceled':
    case 'pending':
      return { kind, pspReference };
    case 'unknown':
      return unknown;
  }
}
const captureOutcomes: Readonly<Record<(typeof captureKinds)[number], CaptureOutcome>> = {
  captured: { kind: 'captured' },
  failed,
  unknown,
};
function cancelOutcome(kind: (typeof cancelKinds)[number], capturedMinor: bigint): CancelOutcome {
  switch (kind) {
    case 'canceled':
      return { kind, capturedMinor };
    case 'failed':
      return failed;
    case 'unknown':
      return unknown;
  }
}
const refundOutcomes: Readonly<Record<(typeof refundKinds)[number], RefundOutcome>> = {
  succeeded: { kind: 'succeeded', pspReference: 're_1' },
  pending: { kind: 'pending', pspReference: 're_1' },
  failed,
  unknown,
};
