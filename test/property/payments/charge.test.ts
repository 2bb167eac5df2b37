import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { InvariantViolation, fold } from '../../../src/core/kernel';
import { type Charge, type ExistingCharge, chargeDecider, isSettled } from '../../../src/core/payments';
import { refundable, refunded } from '../../../src/core/payments/charge';
import { type Decision } from '../../../src/core/payments/decide-charge';
import { recordCapture, recordPayment } from '../../../src/core/payments/decide-outcome';
import { recordRefund } from '../../../src/core/payments/decide-refund-outcome';
import type { PaymentOutcome } from '../../../src/core/ports';
import { type ChargeModel, type Happening, happen, newModel } from './charge-model';
import { declined } from '../../support/charges';
import {
  after,
  captureIdAt,
  createdCharge,
  decide,
  happenings,
  maxAuthorized,
  refundIdAt,
} from './charge-under-test';

const beginnings = fc.record({
  // Most charges are approved; the others rest soon.
  assessment: fc.oneof(
    { weight: 8, arbitrary: fc.constant('approved' as const) },
    { weight: 2, arbitrary: fc.constantFrom('review' as const, 'blocked' as const) },
  ),
  authorized: fc.integer({ min: 1, max: maxAuthorized }),
  /** Where it begins: most of what can happen needs an authorization. */
  first: fc.constantFrom('authorized' as const, 'captured' as const, 'action_required' as const, null),
});
const stories = fc.tuple(beginnings, fc.array(happenings, { maxLength: 40 }));

/** The arrows of the diagram in the context's README. */
const diagram = new Set(
  [
    ...readFileSync(join(process.cwd(), 'src/core/payments/README.md'), 'utf8').matchAll(
      /^ +(\w+|\[\*\]) --> (\w+): (\w+)$/gm,
    ),
  ].map(([, from, to, event]) => `${String(from)} --> ${String(to)}: ${String(event)}`),
);

/** Plays one story on the decider, calling back after each thing that happened. */
function play(
  [{ assessment, authorized, first }, story]: readonly [
    { assessment: 'approved' | 'review' | 'blocked'; authorized: number; first: Outcome | null },
    readonly Happening[],
  ],
  each: (step: {
    happening: Happening;
    before: ExistingCharge;
    decision: Decision;
    charge: ExistingCharge;
  }) => void,
): ExistingCharge {
  let charge = createdCharge(assessment, authorized);
  const opening: readonly Happening[] =
    first === null
      ? []
      : [{ kind: 'payment outcome', outcome: first, taken: first === 'captured' ? authorized : 0 }];
  for (const happening of [...opening, ...story]) {
    const before = charge;
    const decision = decide(charge, happening);
    charge = after(charge, decision);
    each({ happening, before, decision, charge });
  }
  return charge;
}
type Outcome = 'authorized' | 'captured' | 'action_required';

function cancellationIn({ cancellation }: ExistingCharge): ChargeModel['cancellation'] {
  return cancellation?.status === 'pending' || cancellation?.status === 'unknown'
    ? cancellation.status
    : 'none';
}

const inModelWords = (charge: ExistingCharge): ChargeModel => ({
  status: charge.status,
  authorized: Number(charge.terms.amount.amountMinor),
  captured: Number(charge.captured.amountMinor),
  cancellation: cancellationIn(charge),
  isNamed: charge.pspReference !== null,
  captures: charge.captures.map(({ amount, final, status }) => ({
    amount: Number(amount.amountMinor),
    final,
    status,
  })),
  refunds: charge.refunds.map(({ amount, status, pspReference }) => ({
    amount: Number(amount.amountMinor),
    status,
    isKnownToPsp: pspReference !== null,
  })),
});

/** Whether the PSP has named a refund that is decided matters to nobody any more. */
const comparable = (model: ChargeModel) => ({
  ...model,
  refunds: model.refunds.map(({ isKnownToPsp, ...refund }) => ({
    ...refund,
    ...(refund.status === 'pending' && { isKnownToPsp }),
  })),
});

test('whatever happens in whatever order, the books are those of the model, and so is every refusal', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const [{ assessment, authorized }] = story;
      const model = newModel(assessment, authorized);
      play(story, ({ happening, decision, charge }) => {
        const refusal = happen(model, happening);
        expect(decision.ok ? null : decision.refusal.code).toBe(refusal);
        expect(comparable(inModelWords(charge))).toEqual(comparable(model));
      });
    }),
    { numRuns: 3_000 },
  );
});

test('captures never pass the authorization, refunds never pass the captures, and nothing is negative', () => {
  fc.assert(
    fc.property(stories, (story) => {
      play(story, ({ charge }) => {
        const { authorized, captured, captures, refunds } = inModelWords(charge);
        const add = (operations: readonly { amount: number }[]) =>
          operations.reduce((sum, { amount }) => sum + amount, 0);
        const inOpenCaptures = add(
          captures.filter(({ status }) => status === 'pending' || status === 'unknown'),
        );
        expect(captured).toBeGreaterThanOrEqual(0);
        expect(captured + inOpenCaptures).toBeLessThanOrEqual(authorized);
        const notFailed = add(refunds.filter(({ status }) => status !== 'failed'));
        // Only the PSP itself can give back what one of ours has asked for.
        if (!charge.refunds.some(({ origin }) => origin === 'provider'))
          expect(notFailed).toBeLessThanOrEqual(captured);
        expect(Number(refundable(charge).amountMinor)).toBe(Math.max(0, captured - notFailed));
        expect(Number(refunded(charge).amountMinor)).toBe(
          add(refunds.filter(({ status }) => status === 'succeeded')),
        );
      });
    }),
    { numRuns: 1_000 },
  );
});

test('the status moves along the diagram only, and what the PSP says again changes nothing', () => {
  expect(diagram.size).toBeGreaterThan(15);
  fc.assert(
    fc.property(stories, (story) => {
      play(story, ({ happening, before, decision, charge }) => {
        let state: Charge = before;
        for (const event of decision.ok ? decision.value : []) {
          const next = chargeDecider.evolve(state, event);
          if (next.status !== state.status)
            expect(diagram).toContain(`${state.status} --> ${next.status}: ${event.type}`);
          state = next;
        }
        if (!happening.kind.endsWith('outcome') || !decision.ok) return;
        const again = decide(charge, happening);
        if (again.ok) expect(again.value).toEqual([]);
      });
    }),
    { numRuns: 1_000 },
  );
});

test('a charge rests where its story can only go on by somebody’s asking', () => {
  fc.assert(
    fc.property(stories, (story) => {
      play(story, ({ charge }) => {
        expect(isSettled(charge)).toBe(charge.status !== 'processing' && charge.status !== 'unknown');
      });
    }),
    { numRuns: 300 },
  );
});

describe('the order in which outcomes arrive changes nothing', () => {
  const eur = (amountMinor: number) =>
    ({ kind: 'capture', amount: amountMinor, final: false, foreign: false }) as const;

  test('captures side by side, some of them failed, reported in any order and several times', () => {
    const parts = fc.array(
      fc.record({
        amount: fc.integer({ min: 1, max: 9 }),
        succeeds: fc.boolean(),
        isFirstUnknown: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const cases = fc.tuple(parts, fc.nat(5)).chain(([captures, rest]) => {
      const reports = captures.flatMap(({ succeeds, isFirstUnknown }, which): Happening[] => {
        const outcome = succeeds ? ('captured' as const) : ('failed' as const);
        const final = { kind: 'capture outcome', which, outcome } as const;
        return isFirstUnknown ? [{ ...final, outcome: 'unknown' }, final, final] : [final, final];
      });
      return fc.record({
        captures: fc.constant(captures),
        authorized: fc.constant(captures.reduce((sum, { amount }) => sum + amount, rest)),
        reports: fc.shuffledSubarray(reports, { minLength: reports.length }),
      });
    });
    fc.assert(
      fc.property(cases, ({ captures, authorized, reports }) => {
        const story: Happening[] = [...captures.map(({ amount }) => eur(amount)), ...reports];
        const charge = play(
          [{ assessment: 'approved', authorized, first: 'authorized' }, story],
          ({ decision }) => expect(decision).toMatchObject({ ok: true }),
        );
        const taken = captures.reduce((sum, { amount, succeeds }) => sum + (succeeds ? amount : 0), 0);
        expect(inModelWords(charge)).toMatchObject({
          captured: taken,
          status: taken === authorized ? 'succeeded' : 'authorized',
        });
      }),
      { numRuns: 500 },
    );
  });

  test('refunds side by side', () => {
    const parts = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 5 }), succeeds: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    const cases = parts.chain((refunds) => {
      const reports = refunds.flatMap(({ succeeds }, which): Happening[] =>
        (['unknown', 'pending', succeeds ? 'succeeded' : 'failed'] as const).map((outcome) => ({
          kind: 'refund outcome',
          which,
          outcome,
        })),
      );
      return fc.tuple(fc.constant(refunds), fc.shuffledSubarray(reports, { minLength: reports.length }));
    });
    fc.assert(
      fc.property(cases, ([refunds, reports]) => {
        const asked = refunds.map(({ amount }) => ({ kind: 'refund', amount, foreign: false }) as const);
        const charge = play(
          [{ assessment: 'approved', authorized: maxAuthorized, first: 'captured' }, [...asked, ...reports]],
          ({ decision }) => expect(decision).toMatchObject({ ok: true }),
        );
        expect(charge.refunds.map(({ status }) => status)).toEqual(
          refunds.map(({ succeeds }) => (succeeds ? 'succeeded' : 'failed')),
        );
      }),
    );
  });

  test('the payment itself', () => {
    const reports = (['unknown', 'pending', 'action_required', 'captured'] as const).map(
      (outcome) => ({ kind: 'payment outcome', outcome, taken: 10 }) as const,
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(reports, { minLength: reports.length }), (shuffled) => {
        const charge = play(
          [{ assessment: 'approved', authorized: 10, first: null }, shuffled],
          ({ decision }) => expect(decision).toMatchObject({ ok: true }),
        );
        expect(charge.status).toBe('succeeded');
      }),
    );
  });
});

test('an outcome of no known kind is a defect, never a decision', () => {
  const strange = { kind: 'settled', pspReference: 'pi_1' } as unknown as PaymentOutcome;
  expect(() => recordPayment(createdCharge('approved', 10), strange)).toThrow(InvariantViolation);
});

test('a charge that is not there yet is not settled', () => {
  expect(isSettled(fold(chargeDecider, []))).toBe(false);
});

test('nothing can be reported about the parts of a charge that is not there yet', () => {
  const none = chargeDecider.initial;
  const refund = recordRefund(none, refundIdAt(0), { kind: 'succeeded', pspReference: 're_1' });
  expect(refund).toMatchObject({ ok: false, refusal: { code: 'refund_not_found' } });
  const capture = recordCapture(none, captureIdAt(0), { kind: 'captured' });
  expect(capture).toMatchObject({ ok: false, refusal: { code: 'capture_not_found' } });
});

test('how a cancellation ended moves only a charge that the PSP has', () => {
  const charge = createdCharge('approved', 10);
  const ends = [
    { type: 'CancelFailed', failure: declined },
    { type: 'CancelOutcomeUnknown', reason: 'timeout' },
  ] as const;
  for (const end of ends) expect(chargeDecider.evolve(charge, end)).toEqual(charge);
});
