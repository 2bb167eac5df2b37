import type Stripe from 'stripe';
import { paymentOutcome, pspPayment } from '../../../src/adapters/psp/stripe/payment-outcome';
import { refundOutcome } from '../../../src/adapters/psp/stripe/refund-outcome';

/** As Stripe's API reference shows it, less what the gateway does not read. */
const intent = (change: object): Stripe.PaymentIntent =>
  ({
    id: 'pi_1',
    object: 'payment_intent',
    amount: 1000,
    amount_received: 0,
    currency: 'eur',
    last_payment_error: null,
    latest_charge: null,
    metadata: {},
    next_action: null,
    ...change,
  }) as Stripe.PaymentIntent;

const refund = (change: object): Stripe.Refund =>
  ({ id: 're_1', object: 'refund', amount: 1000, currency: 'eur', ...change }) as Stripe.Refund;

const pspReference = 'pi_1';

describe('payments', () => {
  test.each([
    [
      { status: 'succeeded', amount_received: 300 },
      { kind: 'authorized', pspReference, captured: true, capturedMinor: 300n },
    ],
    [
      { status: 'requires_capture', amount_received: 300 },
      { kind: 'authorized', pspReference, captured: false, capturedMinor: 300n },
    ],
    [{ status: 'processing' }, { kind: 'pending', pspReference }],
    [{ status: 'requires_confirmation' }, { kind: 'pending', pspReference }],
    [{ status: 'a_status_of_tomorrow' }, { kind: 'pending', pspReference }],
    [
      { status: 'canceled', amount_received: 0 },
      { kind: 'canceled', pspReference },
    ],
    [
      { status: 'canceled', amount_received: 300 },
      { kind: 'authorized', pspReference, captured: true, capturedMinor: 300n },
    ],
    [
      {
        status: 'requires_action',
        next_action: { type: 'redirect_to_url', redirect_to_url: { url: 'https://hooks.stripe.com/3ds' } },
      },
      {
        kind: 'action_required',
        pspReference,
        nextAction: { kind: 'redirect', url: 'https://hooks.stripe.com/3ds' },
      },
    ],
    [
      { status: 'requires_action', next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} } },
      { kind: 'pending', pspReference },
    ],
    [
      {
        status: 'requires_payment_method',
        last_payment_error: { type: 'card_error', code: 'expired_card', message: 'Your card has expired.' },
      },
      { kind: 'failed', pspReference, failure: { code: 'expired_card', message: 'Your card has expired.' } },
    ],
    [
      {
        status: 'requires_payment_method',
        last_payment_error: {
          type: 'card_error',
          code: 'card_declined',
          message: 'Your card was declined.',
          payment_method: {
            card: { brand: 'visa', last4: '0002', country: 'DE', funding: 'debit', iin: '400000' },
          },
        },
      },
      {
        kind: 'failed',
        pspReference,
        failure: { code: 'card_declined', message: 'Your card was declined.' },
        card: { brand: 'visa', last4: '0002', country: 'DE', funding: 'debit' },
      },
    ],
    [
      // Made to take the key of a payment that is withdrawn: nobody has tried to pay it.
      { status: 'requires_payment_method' },
      { kind: 'pending', pspReference },
    ],
  ])('%j is %j', (change, outcome) => {
    expect(paymentOutcome(intent(change))).toEqual(outcome);
  });

  test('a payment carries what was captured, in our minor units, and the card that paid', () => {
    const latest_charge = {
      object: 'charge',
      amount: 90_000,
      amount_captured: 50_000,
      payment_method_details: {
        type: 'card',
        card: { brand: 'amex', last4: '0005', country: 'IS', funding: 'a_funding_of_tomorrow' },
      },
    };
    expect(
      pspPayment(intent({ status: 'succeeded', currency: 'isk', amount_received: 50_000, latest_charge })),
    ).toEqual({
      outcome: {
        kind: 'authorized',
        pspReference,
        captured: true,
        capturedMinor: 500n,
        card: { brand: 'amex', last4: '0005', country: 'IS', funding: null },
      },
      capturedMinor: 500n,
    });
  });
});

describe('refunds', () => {
  test.each([
    [{ status: 'succeeded' }, { kind: 'succeeded', pspReference: 're_1' }],
    [{ status: 'pending' }, { kind: 'pending', pspReference: 're_1' }],
    [{ status: 'requires_action' }, { kind: 'pending', pspReference: 're_1' }],
    [{ status: null }, { kind: 'pending', pspReference: 're_1' }],
    [
      { status: 'failed', failure_reason: 'lost_or_stolen_card' },
      {
        kind: 'failed',
        pspReference: 're_1',
        failure: { code: 'refund_failed', message: 'The bank returned the refund: lost_or_stolen_card.' },
      },
    ],
    [
      { status: 'canceled' },
      {
        kind: 'failed',
        pspReference: 're_1',
        failure: { code: 'refund_canceled', message: 'The refund was canceled at Stripe.' },
      },
    ],
  ])('%j is %j', (change, outcome) => {
    expect(refundOutcome(refund(change))).toEqual(outcome);
  });
});
