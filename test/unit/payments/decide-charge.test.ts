import {
  type Charge,
  type CaptureCharge,
  type ChargeEvent,
  type ChargeStatus,
  type RequestRefund,
  chargeDecider,
} from '../../../src/core/payments';
import {
  approveReview,
  cancelCharge,
  captureCharge,
  createCharge,
  maxCaptures,
  maxRefunds,
  rejectReview,
  requestRefund,
} from '../../../src/core/payments/decide-charge';
import {
  actionRequired,
  authorized,
  cancelRequested,
  captureId,
  captureRequested,
  captured,
  chargeId,
  created,
  declined,
  eur,
  histories,
  inCurrency,
  pspReference,
  refundFailed,
  refundId,
  refundRequested,
  refundSucceeded,
} from '../../support/charges';
import { given as givenEvents } from '../../support/decider';

const given = (
  ...events: Parameters<typeof givenEvents<Charge, Parameters<typeof chargeDecider.evolve>[1]>>[1]
) => givenEvents(chargeDecider, events);
const capture =
  (change: Partial<CaptureCharge> = {}) =>
  (charge: Charge) =>
    captureCharge(charge, {
      chargeId,
      captureId: captureId(9),
      amount: null,
      final: false,
      requestedAt: 5,
      ...change,
    });
const cancel = (charge: Charge) => cancelCharge(charge, { chargeId });
const refund =
  (change: Partial<RequestRefund> = {}) =>
  (charge: Charge) =>
    requestRefund(charge, {
      chargeId,
      refundId: refundId(9),
      amount: null,
      reason: null,
      metadata: {},
      createdAt: 5,
      ...change,
    });

const manual = [created({ captureMethod: 'manual' }), authorized()];
const paid = [created(), authorized(), captured()];
const everyStatus = Object.keys(histories) as ChargeStatus[];

describe('create', () => {
  test.each([
    ['approved', 'processing'],
    ['review', 'in_review'],
    ['blocked', 'blocked'],
  ] as const)('assessed as %s, a charge is %s', (assessment, status) => {
    const { type: _, ...command } = created({ assessment });
    const outcome = given().when((charge) => createCharge(charge, command));
    outcome.thenEvents({ type: 'ChargeCreated', chargeId, amount: eur(1000) });
    expect(outcome.state.status).toBe(status);
  });

  test('a charge that exists is a bug, not a refusal', () => {
    const { type: _, ...command } = created();
    expect(() => given(created()).when((charge) => createCharge(charge, command))).toThrow('is new');
  });
});

describe('review', () => {
  test('approved goes to the PSP, rejected is blocked with the reason', () => {
    const approved = given(...histories.in_review).when(approveReview);
    approved.thenEvents({ type: 'ChargeReviewApproved' });
    expect(approved.state.status).toBe('processing');
    const rejected = given(...histories.in_review).when((charge) => rejectReview(charge, 'stolen goods'));
    rejected.thenEvents({ type: 'ChargeReviewRejected', reason: 'stolen goods' });
    expect(rejected.state).toMatchObject({
      status: 'blocked',
      failure: { code: 'blocked', message: 'stolen goods' },
    });
  });

  test.each(everyStatus.filter((status) => status !== 'in_review'))(
    'a charge that is %s is not in review',
    (status) => {
      given(...histories[status])
        .when(approveReview)
        .thenRefused('charge_not_in_review', status);
      given(...histories[status])
        .when((charge) => rejectReview(charge, 'x'))
        .thenRefused('charge_not_in_review', status);
    },
  );
});

describe('capture', () => {
  test('without an amount takes all that is left, and is final', () => {
    given(...manual)
      .when(capture())
      .thenEvents({
        type: 'CaptureRequested',
        captureId: captureId(9),
        pspReference,
        amount: eur(1000),
        final: true,
      });
    given(...manual, captureRequested(300), captured(300, captureId(), false))
      .when(capture())
      .thenEvents({ type: 'CaptureRequested', amount: eur(700), final: true });
  });

  test('a part keeps the rest open unless it is final', () => {
    given(...manual)
      .when(capture({ amount: eur(400) }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(400), final: false });
    given(...manual)
      .when(capture({ amount: eur(400), final: true }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(400), final: true });
  });

  test('never passes the authorization, what is being captured included', () => {
    given(...manual)
      .when(capture({ amount: eur(1001) }))
      .thenRefused('capture_exceeds_authorization', '10.01 EUR', '10.00 EUR');
    given(...manual, captureRequested(600))
      .when(capture({ amount: eur(401) }))
      .thenRefused('capture_exceeds_authorization', '4.01 EUR', '4.00 EUR');
    given(...manual, captureRequested(1000))
      .when(capture())
      .thenRefused('capture_exceeds_authorization', '0.00 EUR');
    given(...manual, captureRequested(600))
      .when(capture({ amount: eur(400) }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(400), final: false });
  });

  test('a failed capture gives its amount back', () => {
    given(...manual, captureRequested(600), {
      type: 'CaptureFailed',
      captureId: captureId(),
      failure: declined,
    })
      .when(capture({ amount: eur(1000) }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(1000) });
  });

  test('what is left is not captured as final while another capture is open', () => {
    given(...manual, captureRequested(300))
      .when(capture({ amount: eur(700) }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(700), final: false });
  });

  test('a final capture must be the only open one', () => {
    given(...manual, captureRequested(100))
      .when(capture({ amount: eur(100), final: true }))
      .thenRefused('capture_in_progress', captureId());
    given(...manual, captureRequested(100, captureId(), true))
      .when(capture({ amount: eur(100) }))
      .thenRefused('capture_in_progress', captureId());
  });

  test('another currency and a cancellation in progress are refused', () => {
    given(...manual)
      .when(capture({ amount: inCurrency(100, 'USD') }))
      .thenRefused('currency_mismatch', 'USD', 'EUR');
    given(...manual, cancelRequested())
      .when(capture())
      .thenRefused('cancel_in_progress');
  });

  test.each(everyStatus.filter((status) => status !== 'authorized'))(
    'a charge that is %s is not captured',
    (status) => {
      given(...histories[status])
        .when(capture())
        .thenRefused('charge_not_authorized', status);
    },
  );
  test('no charge, no capture', () => given().when(capture()).thenRefused('charge_not_found', chargeId));
});

describe('cancel', () => {
  test('asks the PSP to release an authorization or an unfinished authentication', () => {
    given(...manual)
      .when(cancel)
      .thenEvents({ type: 'CancelRequested', pspReference });
    given(created(), actionRequired()).when(cancel).thenEvents({ type: 'CancelRequested', pspReference });
  });

  test('in review, no PSP was asked: canceled at once', () => {
    const outcome = given(...histories.in_review).when(cancel);
    outcome.thenEvents({ type: 'CancelRequested', pspReference: null }, { type: 'ChargeCanceled' });
    expect(outcome.state.status).toBe('canceled');
  });

  test('a second cancellation and an open capture are refused', () => {
    given(...manual, cancelRequested())
      .when(cancel)
      .thenRefused('cancel_in_progress');
    given(...manual, captureRequested(100))
      .when(cancel)
      .thenRefused('capture_in_progress', captureId());
  });

  test.each(['processing', 'unknown'] as const)(
    'a charge that is %s is withdrawn, whatever the provider has of it',
    (status) => {
      const asked = given(...histories[status]).when(cancel);
      asked.thenEvents({ type: 'CancelRequested', reason: 'requested', pspReference: null });
      expect(asked.state).toMatchObject({ status, cancellation: { status: 'pending' } });
      expect(cancel(asked.state)).toMatchObject({ ok: false, refusal: { code: 'cancel_in_progress' } });
    },
  );

  test('a cancellation that failed may be asked for again', () => {
    given(...manual, cancelRequested(), { type: 'CancelFailed', failure: declined })
      .when(cancel)
      .thenEvents({ type: 'CancelRequested' });
  });

  test.each(['blocked', 'succeeded', 'failed', 'canceled'] as const)(
    'a charge that is %s is not canceled',
    (status) => {
      given(...histories[status])
        .when(cancel)
        .thenRefused('charge_not_cancelable', status);
    },
  );
  test('no charge, no cancellation', () => given().when(cancel).thenRefused('charge_not_found', chargeId));
});

describe('how much may happen to one charge', () => {
  const failedRefunds = (count: number) =>
    Array.from({ length: count }, () => [refundRequested(1), refundFailed(1)]).flat();
  const failedCaptures = (count: number) =>
    Array.from({ length: count }, (): ChargeEvent[] => [
      captureRequested(1),
      { type: 'CaptureFailed', captureId: captureId(), failure: declined },
    ]).flat();

  test('refunds up to the bound, those that failed included', () => {
    given(...paid, ...failedRefunds(maxRefunds - 1))
      .when(refund())
      .thenEvents({ type: 'RefundRequested', amount: eur(1000) });
    given(...paid, ...failedRefunds(maxRefunds))
      .when(refund())
      .thenRefused('too_many_refunds', chargeId, '100');
  });

  test('captures up to the bound, those that failed included', () => {
    given(...histories.authorized, ...failedCaptures(maxCaptures - 1))
      .when(capture({ amount: eur(1) }))
      .thenEvents({ type: 'CaptureRequested', amount: eur(1) });
    given(...histories.authorized, ...failedCaptures(maxCaptures))
      .when(capture({ amount: eur(1) }))
      .thenRefused('too_many_captures', chargeId, '50');
  });
});

describe('refund', () => {
  test('without an amount gives back all that is left', () => {
    given(...paid)
      .when(refund())
      .thenEvents({ type: 'RefundRequested', refundId: refundId(9), pspReference, amount: eur(1000) });
    given(...paid, refundRequested(300), refundSucceeded(300))
      .when(refund())
      .thenEvents({ type: 'RefundRequested', amount: eur(700) });
  });

  test('never passes what was captured, refunds in progress included', () => {
    given(...paid)
      .when(refund({ amount: eur(1001) }))
      .thenRefused('refund_exceeds_captured', '10.01 EUR', '10.00 EUR');
    given(...paid, refundRequested(600))
      .when(refund({ amount: eur(401) }))
      .thenRefused('refund_exceeds_captured', '4.01 EUR', '4.00 EUR');
    given(...paid, refundRequested(1000), refundSucceeded(1000))
      .when(refund())
      .thenRefused('refund_exceeds_captured', '0.00 EUR');
  });

  test('a failed refund gives its amount back, also after it had succeeded', () => {
    given(...paid, refundRequested(1000), refundFailed(1000))
      .when(refund())
      .thenEvents({ type: 'RefundRequested', amount: eur(1000) });
    given(...paid, refundRequested(1000), refundSucceeded(1000), refundFailed(1000, refundId(), true))
      .when(refund({ amount: eur(1000) }))
      .thenEvents({ type: 'RefundRequested', amount: eur(1000) });
  });

  test('what is captured can be refunded while the rest is still authorized', () => {
    const partly = [...manual, captureRequested(300), captured(300, captureId(), false)];
    given(...partly)
      .when(refund())
      .thenEvents({ type: 'RefundRequested', amount: eur(300) });
    given(...partly)
      .when(refund({ amount: eur(301) }))
      .thenRefused('refund_exceeds_captured', '3.00 EUR');
  });

  test('another currency is refused', () => {
    given(...paid)
      .when(refund({ amount: inCurrency(100, 'JPY') }))
      .thenRefused('currency_mismatch', 'JPY', 'EUR');
  });

  test.each(everyStatus.filter((status) => status !== 'succeeded'))(
    'nothing of a charge that is %s is refunded',
    (status) => {
      given(...histories[status])
        .when(refund())
        .thenRefused('charge_not_refundable', status);
    },
  );
  test('no charge, no refund', () => given().when(refund()).thenRefused('charge_not_found', chargeId));
});
