import { type Charge, type ChargeEvent, type ChargeStatus, chargeDecider } from '../../../src/core/payments';
import {
  recordCancel,
  recordCapture,
  recordPayment,
  recordRefund,
} from '../../../src/core/payments/decide-outcome';
import type { PaymentOutcome, RefundOutcome } from '../../../src/core/ports';
import {
  actionRequired,
  authorized,
  cancelRequested,
  captureId,
  captureRequested,
  captured,
  created,
  declined,
  eur,
  histories,
  pspReference,
  refundFailed,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../support/charges';
import { given as givenEvents } from '../../support/decider';

const given = (...events: readonly ChargeEvent[]) => givenEvents<Charge, ChargeEvent>(chargeDecider, events);

const outcomes = {
  captured: { kind: 'authorized', pspReference, captured: true, capturedMinor: 1000n },
  authorized: { kind: 'authorized', pspReference, captured: false, capturedMinor: 0n },
  action_required: {
    kind: 'action_required',
    pspReference,
    nextAction: { kind: 'redirect', url: 'https://example.com/3ds' },
  },
  failed: { kind: 'failed', failure: declined },
  canceled: { kind: 'canceled', pspReference },
  pending: { kind: 'pending', pspReference },
  unknown: { kind: 'unknown', reason: 'timeout' },
} satisfies Record<string, PaymentOutcome>;

const types = (status: ChargeStatus, outcome: keyof typeof outcomes) => {
  const { decision } = given(...histories[status]).when((charge) => recordPayment(charge, outcomes[outcome]));
  return decision.ok
    ? decision.value.map((event) => event.type).join(' + ') || 'nothing'
    : decision.refusal.code;
};

test('what each outcome of a payment adds to each state', () => {
  const first = {
    captured: 'ChargeAuthorized + ChargeCaptured',
    authorized: 'ChargeAuthorized',
    action_required: 'ChargeActionRequired',
    failed: 'ChargeFailed',
    canceled: 'ChargeCanceled',
    pending: 'nothing',
    unknown: 'ChargeOutcomeUnknown',
  };
  const settled = {
    captured: 'nothing',
    authorized: 'nothing',
    action_required: 'nothing',
    failed: 'nothing',
    canceled: 'nothing',
    pending: 'nothing',
    unknown: 'nothing',
  };
  const final = { ...settled, captured: 'charge_final', authorized: 'charge_final' };
  const expected: Record<ChargeStatus, Record<keyof typeof outcomes, string>> = {
    processing: first,
    unknown: { ...first, unknown: 'nothing' },
    requires_action: { ...first, action_required: 'nothing', unknown: 'nothing' },
    authorized: {
      ...settled,
      captured: 'ChargeCaptured',
      canceled: 'ChargeCanceled',
      failed: 'charge_final',
    },
    succeeded: { ...settled, failed: 'charge_final' },
    failed: final,
    canceled: final,
    blocked: final,
    in_review: final,
  };
  for (const status of Object.keys(expected) as ChargeStatus[]) {
    for (const outcome of Object.keys(outcomes) as (keyof typeof outcomes)[]) {
      expect({ status, outcome, adds: types(status, outcome) }).toEqual({
        status,
        outcome,
        adds: expected[status][outcome],
      });
    }
  }
});

test('what the provider has taken beyond the books is written down once, and never more than was asked for', () => {
  const held = [created({ captureMethod: 'manual' }), authorized()];
  const taken = (capturedMinor: bigint, isOver: boolean) => (charge: Charge) =>
    recordPayment(charge, { kind: 'authorized', pspReference, captured: isOver, capturedMinor });
  const part = given(...held).when(taken(300n, false));
  part.thenEvents({ type: 'ChargeCaptured', captureId: null, amount: eur(300), final: false });
  expect(taken(300n, false)(part.state)).toEqual({ ok: true, value: [] });
  expect(taken(200n, true)(part.state)).toEqual({ ok: true, value: [] });
  expect(taken(300n, true)(part.state)).toEqual({ ok: true, value: [{ type: 'ChargeCanceled' }] });
  given(...held)
    .when(taken(1001n, true))
    .thenRefused('capture_exceeds_authorization', '10.01 EUR');
  given(...histories.succeeded)
    .when(taken(1001n, true))
    .thenRefused('capture_exceeds_authorization', '10.01 EUR');
  given(...held, cancelRequested())
    .when((charge) => recordCancel(charge, { kind: 'canceled', capturedMinor: 300n }))
    .thenEvents({ type: 'ChargeCaptured', captureId: null, amount: eur(300), final: true });
});

test('an automatic capture takes the whole amount', () => {
  const outcome = given(created()).when((charge) => recordPayment(charge, outcomes.captured));
  outcome.thenEvents(
    { type: 'ChargeAuthorized' },
    { type: 'ChargeCaptured', captureId: null, amount: eur(1000), final: true },
  );
  expect(outcome.state).toMatchObject({ status: 'succeeded', captured: eur(1000) });
});

describe('capture', () => {
  const open = [created({ captureMethod: 'manual' }), authorized(), captureRequested(400)];
  const record = (outcome: Parameters<typeof recordCapture>[2]) => (charge: Charge) =>
    recordCapture(charge, captureId(), outcome);

  test('a part leaves the charge authorized, the last part or a final one makes it succeed', () => {
    const part = given(...open).when(record({ kind: 'captured' }));
    part.thenEvents({ type: 'ChargeCaptured', captureId: captureId(), amount: eur(400), final: false });
    expect(part.state).toMatchObject({
      status: 'authorized',
      captured: eur(400),
      captures: [{ status: 'succeeded' }],
    });
    const final = given(...open.slice(0, 2), captureRequested(400, captureId(), true)).when(
      record({ kind: 'captured' }),
    );
    expect(final.state).toMatchObject({ status: 'succeeded', captured: eur(400) });
    const rest = given(...open, captured(400, captureId(), false), captureRequested(600, captureId(2))).when(
      (charge) => recordCapture(charge, captureId(2), { kind: 'captured' }),
    );
    expect(rest.state).toMatchObject({ status: 'succeeded', captured: eur(1000) });
  });

  test('the end of the authorization waits for an open capture, which may have come before it', () => {
    const ended = (charge: Charge) => recordPayment(charge, outcomes.canceled);
    expect(ended(given(...open).state)).toEqual({ ok: true, value: [] });
    const refused = given(...open).when(record({ kind: 'failed', failure: declined }));
    expect(ended(refused.state)).toEqual({ ok: true, value: [{ type: 'ChargeCanceled' }] });
  });

  test('failed and unknown are written once', () => {
    given(...open)
      .when(record({ kind: 'failed', failure: declined }))
      .thenEvents({ type: 'CaptureFailed', captureId: captureId() });
    const unknown = given(...open).when(record({ kind: 'unknown', reason: 'timeout' }));
    unknown.thenEvents({ type: 'CaptureOutcomeUnknown', captureId: captureId() });
    expect(recordCapture(unknown.state, captureId(), { kind: 'unknown', reason: 'timeout' })).toEqual({
      ok: true,
      value: [],
    });
    expect(recordCapture(unknown.state, captureId(), { kind: 'captured' })).toMatchObject({
      ok: true,
      value: [{ type: 'ChargeCaptured' }],
    });
  });

  test('reported again it adds nothing; an unknown capture or a canceled charge is refused', () => {
    given(...open, captured(400, captureId(), false))
      .when(record({ kind: 'captured' }))
      .thenEvents();
    given(...open)
      .when((charge) => recordCapture(charge, captureId(7), { kind: 'captured' }))
      .thenRefused('capture_not_found', captureId(7));
    given()
      .when(record({ kind: 'captured' }))
      .thenRefused('capture_not_found');
    given(...open, { type: 'ChargeCanceled' })
      .when(record({ kind: 'captured' }))
      .thenRefused('charge_final', 'canceled');
  });
});

describe('cancel', () => {
  const asked = [created({ captureMethod: 'manual' }), authorized(), cancelRequested()];
  const released = { kind: 'canceled', capturedMinor: 0n } as const;

  test('releases everything, or what was not captured', () => {
    const all = given(...asked).when((charge) => recordCancel(charge, released));
    all.thenEvents({ type: 'ChargeCanceled' });
    expect(all.state.status).toBe('canceled');
    const rest = given(
      ...asked.slice(0, 2),
      captureRequested(400),
      captured(400, captureId(), false),
      cancelRequested(),
    ).when((charge) => recordCancel(charge, released));
    expect(rest.state).toMatchObject({ status: 'succeeded', captured: eur(400) });
  });

  test('failed puts the charge back, unknown is written once, unasked adds nothing', () => {
    const failed = given(...asked).when((charge) =>
      recordCancel(charge, { kind: 'failed', failure: declined }),
    );
    failed.thenEvents({ type: 'CancelFailed' });
    expect(failed.state).toMatchObject({ status: 'authorized', cancellation: 'none' });
    const unknown = given(...asked).when((charge) =>
      recordCancel(charge, { kind: 'unknown', reason: 'timeout' }),
    );
    unknown.thenEvents({ type: 'CancelOutcomeUnknown' });
    expect(recordCancel(unknown.state, { kind: 'unknown', reason: 'timeout' })).toEqual({
      ok: true,
      value: [],
    });
    expect(recordCancel(unknown.state, released)).toMatchObject({
      ok: true,
      value: [{ type: 'ChargeCanceled' }],
    });
    given(created(), actionRequired())
      .when((charge) => recordCancel(charge, released))
      .thenEvents();
    given(...histories.failed)
      .when((charge) => recordCancel(charge, released))
      .thenEvents();
  });
});

test('what each outcome of a refund adds to each state of the refund', () => {
  const paid = [created(), authorized(), captured()];
  const pending: ChargeEvent = { type: 'RefundPending', refundId: refundId(), pspReference: 're_1' };
  const unanswered: ChargeEvent = { type: 'RefundOutcomeUnknown', refundId: refundId(), reason: 'timeout' };
  const states: Record<string, readonly ChargeEvent[]> = {
    requested: [refundRequested(300)],
    pending: [refundRequested(300), pending],
    unknown: [refundRequested(300), unanswered],
    succeeded: [refundRequested(300), refundSucceeded(300)],
    failed: [refundRequested(300), refundFailed(300)],
  };
  const refunds: Record<string, RefundOutcome> = {
    succeeded: { kind: 'succeeded', pspReference: 're_1' },
    pending: { kind: 'pending', pspReference: 're_1' },
    failed: { kind: 'failed', failure: declined },
    unknown: { kind: 'unknown', reason: 'timeout' },
  };
  const expected: Record<string, Record<string, string>> = {
    requested: {
      succeeded: 'RefundSucceeded',
      pending: 'RefundPending',
      failed: 'RefundFailed',
      unknown: 'RefundOutcomeUnknown',
    },
    pending: { succeeded: 'RefundSucceeded', pending: 'nothing', failed: 'RefundFailed', unknown: 'nothing' },
    unknown: {
      succeeded: 'RefundSucceeded',
      pending: 'RefundPending',
      failed: 'RefundFailed',
      unknown: 'nothing',
    },
    succeeded: { succeeded: 'nothing', pending: 'nothing', failed: 'RefundFailed', unknown: 'nothing' },
    failed: { succeeded: 'refund_final', pending: 'nothing', failed: 'nothing', unknown: 'nothing' },
  };
  for (const [state, history] of Object.entries(states)) {
    for (const [name, outcome] of Object.entries(refunds)) {
      const { decision } = given(...paid, ...history).when((charge) =>
        recordRefund(charge, refundId(), outcome),
      );
      const adds = decision.ok
        ? decision.value.map((event) => event.type).join(' + ') || 'nothing'
        : decision.refusal.code;
      expect({ state, name, adds }).toEqual({ state, name, adds: expected[state]?.[name] });
    }
  }
  const late = given(...paid, refundRequested(300), refundSucceeded(300)).when((charge) =>
    recordRefund(charge, refundId(), { kind: 'failed', failure: declined }),
  );
  late.thenEvents({ type: 'RefundFailed', amount: eur(300), afterSuccess: true });
  given(...paid)
    .when((charge) => recordRefund(charge, refundId(), { kind: 'unknown', reason: 'x' }))
    .thenRefused('refund_not_found');
});
