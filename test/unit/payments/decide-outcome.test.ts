import {
  type Charge,
  type ChargeEvent,
  type ChargeStatus,
  chargeDecider,
  refundable,
} from '../../../src/core/payments';
import { recordCancel, recordCapture, recordPayment } from '../../../src/core/payments/decide-outcome';
import { recordRefund, recordRefundsMadeOutside } from '../../../src/core/payments/decide-refund-outcome';
import type { PaymentOutcome, PspRefund, RefundOutcome } from '../../../src/core/ports';
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
  const neverAsked = { ...settled, captured: 'charge_final', authorized: 'charge_final' };
  // What is only held is released by a job; what was taken is booked.
  const ended = { ...settled, captured: 'ChargeAuthorized + ChargeCaptured' };
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
    succeeded: {
      ...settled,
      authorized: 'provider_contradiction',
      failed: 'charge_final',
      canceled: 'charge_final',
    },
    failed: ended,
    canceled: ended,
    blocked: neverAsked,
    in_review: neverAsked,
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
  expect(taken(200n, true)(part.state)).toMatchObject({
    ok: false,
    refusal: { code: 'provider_contradiction' },
  });
  expect(taken(300n, true)(part.state)).toEqual({ ok: true, value: [{ type: 'ChargeCanceled' }] });
  given(...held)
    .when(taken(1001n, true))
    .thenRefused('provider_contradiction', '10.01 EUR');
  given(...histories.succeeded)
    .when(taken(1001n, true))
    .thenRefused('provider_contradiction', '10.01 EUR');
  given(...held, cancelRequested())
    .when((charge) => recordCancel(charge, { kind: 'canceled', capturedMinor: 300n }))
    .thenEvents({ type: 'ChargeCaptured', captureId: null, amount: eur(300), final: true });
  // Money without a name of its payment cannot be booked, and is not overlooked either.
  given(created(), cancelRequested())
    .when((charge) => recordCancel(charge, { kind: 'canceled', capturedMinor: 300n }))
    .thenRefused('provider_contradiction', '3.00 EUR');
});

test('a failure that does not name the payment is one of the payment that is known', () => {
  given(created(), actionRequired())
    .when((charge) => recordPayment(charge, outcomes.failed))
    .thenEvents({ type: 'ChargeFailed', pspReference });
});

test('an automatic capture takes the whole amount', () => {
  const outcome = given(created()).when((charge) => recordPayment(charge, outcomes.captured));
  outcome.thenEvents(
    { type: 'ChargeAuthorized' },
    { type: 'ChargeCaptured', captureId: null, amount: eur(1000), final: true },
  );
  expect(outcome.state).toMatchObject({ status: 'succeeded', captured: eur(1000) });
});

test('money of a charge that had failed is booked, once, and the charge says so', () => {
  const booked = given(...histories.failed).when((charge) => recordPayment(charge, outcomes.captured));
  booked.thenEvents({ type: 'ChargeAuthorized' }, { type: 'ChargeCaptured', amount: eur(1000) });
  expect(booked.state).toMatchObject({ status: 'succeeded', captured: eur(1000), pspReference });
  expect(recordPayment(booked.state, outcomes.captured)).toEqual({ ok: true, value: [] });
  const part = { ...outcomes.captured, capturedMinor: 400n } as const;
  expect(given(...histories.canceled).when((charge) => recordPayment(charge, part)).state).toMatchObject({
    status: 'succeeded',
    captured: eur(400),
    cancellation: { status: 'failed', failure: { code: 'already_captured' } },
  });
});

test('a cancellation that the capture or the failure of the payment overtook says why it failed', () => {
  const asked = [created(), { type: 'CancelRequested', reason: 'requested', pspReference: null }] as const;
  const paid = given(...asked).when((charge) => recordPayment(charge, outcomes.captured));
  expect(paid.state).toMatchObject({
    status: 'succeeded',
    cancellation: { status: 'failed', failure: { code: 'already_captured' } },
  });
  const refused = given(...asked).when((charge) => recordPayment(charge, outcomes.failed));
  expect(refused.state).toMatchObject({
    status: 'failed',
    cancellation: { status: 'failed', failure: { code: 'payment_failed' } },
  });
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
    const refused = given(...open).when(record({ kind: 'failed', failure: declined }));
    refused.thenEvents({ type: 'CaptureFailed', captureId: captureId() });
    expect(refused.state).toMatchObject({ captures: [{ status: 'failed', failure: declined }] });
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
    expect(failed.state).toMatchObject({
      status: 'authorized',
      cancellation: { reason: 'requested', status: 'failed', failure: declined },
    });
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

describe('refunds that were made at the provider itself', () => {
  const remote = (change: Partial<PspRefund> = {}): PspRefund => ({
    pspReference: 're_outside',
    refundId: null,
    amountMinor: 300n,
    reason: 'requested_by_customer',
    createdAt: 5_000,
    outcome: { kind: 'succeeded', pspReference: 're_outside' },
    ...change,
  });
  const recording =
    (...all: readonly PspRefund[]) =>
    (charge: Charge) =>
      recordRefundsMadeOutside(charge, all, () => refundId(9));

  test('are booked once, with their origin, and leave less to refund', () => {
    const booked = given(...histories.succeeded).when(recording(remote()));
    booked.thenEvents(
      { type: 'RefundRecorded', refundId: refundId(9), pspReference: 're_outside', amount: eur(300) },
      { type: 'RefundSucceeded', refundId: refundId(9), amount: eur(300) },
    );
    const { state } = booked;
    if (state.status === 'none') throw new Error('the charge exists');
    expect(state.refunds).toMatchObject([{ origin: 'provider', status: 'succeeded', createdAt: 5_000 }]);
    expect(refundable(state)).toEqual(eur(700));
    expect(recording(remote())(state)).toEqual({ ok: true, value: [] });
  });

  test('that wait are followed until they are decided', () => {
    const pending = remote({ outcome: { kind: 'pending', pspReference: 're_outside' } });
    const waiting = given(...histories.succeeded).when(recording(pending));
    waiting.thenEvents({ type: 'RefundRecorded' }, { type: 'RefundPending' });
    expect(recording(remote())(waiting.state)).toMatchObject({
      ok: true,
      value: [{ type: 'RefundSucceeded' }],
    });
  });

  test('that came back before anybody looked are nothing, and those that come back later are undone', () => {
    const failed = remote({ outcome: { kind: 'failed', pspReference: 're_outside', failure: declined } });
    given(...histories.succeeded)
      .when(recording(failed))
      .thenEvents();
    const booked = given(...histories.succeeded).when(recording(remote()));
    expect(recording(failed)(booked.state)).toMatchObject({
      ok: true,
      value: [{ type: 'RefundFailed', afterSuccess: true }],
    });
  });

  test('are told from refunds of ours, which come to what the provider shows', () => {
    const ours = remote({
      pspReference: 're_1',
      refundId: refundId(),
      outcome: { kind: 'succeeded', pspReference: 're_1' },
    });
    given(...histories.succeeded, refundRequested(300))
      .when(recording(ours))
      .thenEvents({ type: 'RefundSucceeded', refundId: refundId(), pspReference: 're_1' });
    const returned = { kind: 'failed', pspReference: 're_1', failure: declined } as const;
    given(...histories.succeeded, refundRequested(1000), refundSucceeded(1000))
      .when(recording({ ...ours, amountMinor: 1000n, createdAt: 1, outcome: returned }, remote()))
      .thenEvents(
        { type: 'RefundFailed', afterSuccess: true },
        { type: 'RefundRecorded' },
        { type: 'RefundSucceeded' },
      );
  });

  test('may take what one of ours has asked for: then nothing is left, and never less', () => {
    const whole = remote({ amountMinor: 1000n });
    const { state } = given(...histories.succeeded, refundRequested(300)).when(recording(whole));
    if (state.status === 'none') throw new Error('the charge exists');
    expect(refundable(state)).toEqual(eur(0));
  });

  test('beyond what was captured are left to a person, with both sums', () => {
    given(...histories.succeeded)
      .when(recording(remote({ amountMinor: 1001n })))
      .thenRefused('provider_contradiction', '10.01 EUR');
  });
});
