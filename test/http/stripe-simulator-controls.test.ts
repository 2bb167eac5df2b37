import type Stripe from 'stripe';
import { eventually } from '../support/eventually';
import {
  oneVisa,
  refusal,
  runSimulator,
  startReceiver,
  type RunningSimulator,
} from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterEach(() => simulator.control('DELETE', '/simulator/faults'));
afterAll(() => simulator.stop());

const act = (id: string, action: string, body: object = {}) =>
  simulator.control('POST', `/simulator/payment_intents/${id}/${action}`, body);

const waiting = (): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_authenticationRequired' });

async function declined(extra: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<string> {
  const error = await refusal(
    stripe.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_chargeDeclined', ...extra }),
  );
  return (error.raw as { payment_intent: { id: string } }).payment_intent.id;
}

describe('a payer pays a failed payment with another card', () => {
  test('after a decline', async () => {
    const id = await declined();
    const { status, value } = await act(id, 'pay', { payment_method: 'pm_card_mastercard' });
    expect(status).toBe(200);
    expect(value).toMatchObject({
      id,
      object: 'payment_intent',
      status: 'succeeded',
      amount_received: 2_000,
    });
    const paid = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(paid.latest_charge).toMatchObject({
      payment_method_details: { card: { brand: 'mastercard', last4: '4444' } },
    });
  });

  test('after 3-D Secure failed, and the bank of the other card asks too', async () => {
    const { id } = await waiting();
    await act(id, 'authenticate', { outcome: 'fail' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    const { value } = await act(id, 'pay', { payment_method: 'pm_card_threeDSecure2Required' });
    expect(value).toMatchObject({ status: 'requires_action' });
    await act(id, 'authenticate', { outcome: 'succeed' });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
  });

  test('with manual capture, which leaves the hold', async () => {
    const id = await declined({ capture_method: 'manual' });
    expect((await act(id, 'pay', { payment_method: 'pm_card_visa' })).value).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 2_000,
    });
  });

  test('another decline answers 402 and leaves the payment open', async () => {
    const id = await declined();
    const { status, value } = await act(id, 'pay', {
      payment_method: 'pm_card_chargeDeclinedInsufficientFunds',
    });
    expect(status).toBe(402);
    expect(value).toMatchObject({ error: { decline_code: 'insufficient_funds' } });
    expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(2);
  });

  test('not once it is canceled or paid', async () => {
    const canceled = await declined();
    expect((await stripe.paymentIntents.cancel(canceled)).status).toBe('canceled');
    const { id: paid } = await stripe.paymentIntents.create(oneVisa);
    for (const id of [canceled, paid]) {
      const { status, value } = await act(id, 'pay', { payment_method: 'pm_card_visa' });
      expect(status).toBe(400);
      expect(value).toMatchObject({ error: { code: 'payment_intent_unexpected_state' } });
    }
  });

  test('tells the merchant by webhook, without a key of the merchant', async () => {
    let secret = '';
    const account = simulator.client('sk_test_payer');
    const receiver = await startReceiver({ stripe: account, secret: () => secret });
    const endpoint = await account.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['payment_intent.succeeded'],
    });
    secret = endpoint.secret ?? '';
    const error = await refusal(
      account.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_chargeDeclined' }),
    );
    const { id } = (error.raw as { payment_intent: { id: string } }).payment_intent;
    await act(id, 'pay', { payment_method: 'pm_card_visa' });
    await eventually(() =>
      expect(receiver.events).toMatchObject([
        { data: { object: { id } }, request: { idempotency_key: null } },
      ]),
    );
    await receiver.stop();
  });
});

describe('a merchant acts at the dashboard', () => {
  test('refunds a part', async () => {
    const { id } = await stripe.paymentIntents.create(oneVisa);
    expect((await act(id, 'refund', { amount: 500, metadata: { by: 'support' } })).value).toMatchObject({
      object: 'refund',
      amount: 500,
      payment_intent: id,
      metadata: { by: 'support' },
    });
  });

  test('captures a part, and refunds what is left of it', async () => {
    const { id } = await stripe.paymentIntents.create({ ...oneVisa, capture_method: 'manual' });
    expect((await act(id, 'capture', { amount_to_capture: 700 })).value).toMatchObject({
      status: 'succeeded',
      amount_received: 700,
    });
    expect((await act(id, 'refund')).value).toMatchObject({ object: 'refund', amount: 700 });
  });

  test('cancels a payment that waits for its payer', async () => {
    const { id } = await waiting();
    expect((await act(id, 'cancel')).value).toMatchObject({ id, status: 'canceled' });
  });

  test.each([
    ['an unknown payment', 'pi_unknown', 'pay', 404, 'pi_unknown'],
    ['an unknown action', 'pi_unknown', 'steal', 404, 'steal'],
  ])('%s is refused', async (_what, id, action, expected, named) => {
    const { status, value } = await act(id, action);
    expect(status).toBe(expected);
    expect((value as { error: { message: string } }).error.message).toContain(named);
  });

  test('an amount above what is left is refused in Stripe\u2019s words', async () => {
    const { id } = await stripe.paymentIntents.create(oneVisa);
    const { status, value } = await act(id, 'refund', { amount: 2_001 });
    expect(status).toBe(400);
    expect(value).toMatchObject({ error: { code: 'amount_too_large' } });
  });
});

describe('answers that contradict what was asked', () => {
  const arm = (rule: object) => simulator.control('POST', '/simulator/faults', rule);

  test.each([
    [{ currency: 'eur' }],
    [{ amount: 1 }],
    [{ livemode: true }],
    [{ currency: 'jpy', amount: 20, amount_received: 20 }],
  ])('a payment is answered with %j, and stored as asked', async (set) => {
    await arm({ kind: 'altered_answer', times: 1, set });
    const made = await stripe.paymentIntents.create(oneVisa);
    expect(made).toMatchObject(set);
    expect(await stripe.paymentIntents.retrieve(made.id)).toMatchObject({
      currency: 'usd',
      amount: 2_000,
      livemode: false,
      amount_received: 2_000,
    });
  });

  test('a refund, a list and an expanded charge are altered too, metadata is not', async () => {
    const made = await stripe.paymentIntents.create({ ...oneVisa, metadata: { currency: 'mine' } });
    await arm({ kind: 'altered_answer', set: { currency: 'eur' } });
    expect(await stripe.refunds.create({ payment_intent: made.id })).toMatchObject({ currency: 'eur' });
    const [listed] = (await stripe.paymentIntents.list({ limit: 1, expand: ['data.latest_charge'] })).data;
    expect(listed).toMatchObject({
      currency: 'eur',
      latest_charge: { currency: 'eur' },
      metadata: { currency: 'mine' },
    });
  });

  test('the key\u2019s stored answer stays as it was, and errors are not altered', async () => {
    await arm({ kind: 'altered_answer', times: 1, set: { amount: 1 } });
    expect((await stripe.paymentIntents.create(oneVisa, { idempotencyKey: 'altered' })).amount).toBe(1);
    expect((await stripe.paymentIntents.create(oneVisa, { idempotencyKey: 'altered' })).amount).toBe(2_000);
    await arm({ kind: 'altered_answer', times: 1, set: { amount: 1 } });
    const error = await refusal(
      stripe.paymentIntents.create({ ...oneVisa, payment_method: 'pm_card_chargeDeclined' }),
    );
    expect(error.raw).toMatchObject({ payment_intent: { amount: 2_000 } });
  });

  test('a request asks for one by its metadata', async () => {
    const made = await stripe.paymentIntents.create({
      ...oneVisa,
      metadata: { simulator_fault: 'altered_answer=currency:eur' },
    });
    expect(made.currency).toBe('eur');
  });

  test('a webhook shows its object otherwise once, or another account', async () => {
    let secret = '';
    const account = simulator.client('sk_test_altered');
    const receiver = await startReceiver({ stripe: account, secret: () => secret });
    const endpoint = await account.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['payment_intent.succeeded'],
    });
    secret = endpoint.secret ?? '';
    await arm({ kind: 'webhook_altered', times: 1, set: { currency: 'eur', account: 'acct_other' } });
    await account.paymentIntents.create(oneVisa);
    await eventually(() =>
      expect(receiver.events).toMatchObject([
        { account: 'acct_other', data: { object: { currency: 'eur', amount: 2_000 } } },
      ]),
    );
    await receiver.stop();
  });

  test.each([
    ['nothing to alter', {}],
    ['an object as a value', { amount: { minor: 1 } }],
  ])('%s is refused', async (_what, set) => {
    expect((await arm({ kind: 'altered_answer', set })).status).toBe(400);
  });
});

test('a charge carries its card as Stripe does, expanded and by itself', async () => {
  const { latest_charge } = await stripe.paymentIntents.create({
    ...oneVisa,
    payment_method: 'pm_card_gb_debit',
    expand: ['latest_charge'],
  });
  const card = {
    brand: 'visa',
    country: 'GB',
    exp_month: 12,
    exp_year: 2034,
    fingerprint: expect.stringMatching(/^\w{16}$/) as string,
    funding: 'debit',
    last4: '0005',
    network: 'visa',
  };
  expect(latest_charge).toMatchObject({ payment_method_details: { type: 'card', card } });
  const { id } = latest_charge as Stripe.Charge;
  expect(await stripe.charges.retrieve(id)).toMatchObject({ payment_method_details: { card } });
  const failed = await declined();
  const intent = await stripe.paymentIntents.retrieve(failed, { expand: ['latest_charge'] });
  expect(intent.latest_charge).toMatchObject({
    status: 'failed',
    payment_method_details: { card: { brand: 'visa', last4: '0002', country: 'US', funding: 'credit' } },
  });
});
