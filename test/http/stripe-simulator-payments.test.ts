import type Stripe from 'stripe';
import {
  onePayment,
  oneVisa,
  refusal,
  runSimulator,
  withToken,
  type RunningSimulator,
} from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

describe('paying', () => {
  test('a confirmed intent succeeds, with its charge and balance transaction', async () => {
    const intent = await stripe.paymentIntents.create({
      ...oneVisa,
      metadata: { order: '17' },
      description: 'One book',
      expand: ['latest_charge.balance_transaction', 'payment_method'],
    });
    expect(intent).toMatchObject({
      object: 'payment_intent',
      status: 'succeeded',
      amount_received: 2_000,
      livemode: false,
    });
    expect(intent.id).toMatch(/^pi_[0-9A-Za-z]{24}$/);
    const charge = intent.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({
      status: 'succeeded',
      captured: true,
      payment_intent: intent.id,
      metadata: { order: '17' },
    });
    // 2.9% of 20.00 and 0.30.
    expect(charge.balance_transaction).toMatchObject({
      amount: 2_000,
      fee: 88,
      net: 1_912,
      status: 'pending',
      type: 'charge',
    });
    expect((intent.payment_method as Stripe.PaymentMethod).card).toMatchObject({
      brand: 'visa',
      last4: '4242',
    });
  });

  test('an intent is created, updated and confirmed step by step', async () => {
    const created = await stripe.paymentIntents.create({ amount: 700, currency: 'eur' });
    expect(created.status).toBe('requires_payment_method');
    const updated = await stripe.paymentIntents.update(created.id, {
      amount: 900,
      metadata: { a: '1', b: '2' },
    });
    expect(updated).toMatchObject({ amount: 900, metadata: { a: '1', b: '2' } });
    const unset = await stripe.paymentIntents.update(created.id, { metadata: { a: '' } });
    expect(unset.metadata).toEqual({ b: '2' });
    const confirmed = await stripe.paymentIntents.confirm(created.id, {
      payment_method: 'pm_card_mastercard',
    });
    expect(confirmed).toMatchObject({ status: 'succeeded', amount_received: 900 });
    expect((await stripe.paymentIntents.retrieve(created.id)).status).toBe('succeeded');
  });

  test('a token pays by way of payment_method_data, a created one once only', async () => {
    const token = await stripe.tokens.create({
      card: { number: '4242424242424242', exp_month: '12', exp_year: '2034', cvc: '123' },
    });
    const pay = () => stripe.paymentIntents.create({ ...onePayment, ...withToken(token.id) });
    expect((await pay()).status).toBe('succeeded');
    expect(await refusal(pay())).toMatchObject({ statusCode: 400, code: 'token_already_used' });
    expect((await stripe.tokens.retrieve(token.id)).used).toBe(true);
  });

  test('a payment method without a customer pays once only', async () => {
    const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    expect((await stripe.paymentIntents.create({ ...oneVisa, payment_method: method.id })).status).toBe(
      'succeeded',
    );
    const error = await refusal(stripe.paymentIntents.create({ ...oneVisa, payment_method: method.id }));
    expect(error.message).toContain('may not be used again');
  });
});

describe('declines', () => {
  test('carry the intent, keep the failed charge, and leave the intent payable', async () => {
    const error = await refusal(
      stripe.paymentIntents.create({
        ...oneVisa,
        payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
      }),
    );
    expect(error).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    expect(error.doc_url).toBe('https://stripe.com/docs/error-codes/card-declined');
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '', {
      expand: ['latest_charge'],
    });
    expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null });
    expect(intent.last_payment_error).toMatchObject({
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      payment_method: { object: 'payment_method' },
    });
    expect(intent.latest_charge).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: 'card_declined',
      id: error.charge,
    });
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });
});

describe('capturing', () => {
  const hold = (extra: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({ ...oneVisa, amount: 5_000, capture_method: 'manual', ...extra });

  test('takes all of it, or a part and releases the rest', async () => {
    const whole = await hold();
    expect(whole).toMatchObject({ status: 'requires_capture', amount_capturable: 5_000, amount_received: 0 });
    expect(await stripe.paymentIntents.capture(whole.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 5_000,
      amount_capturable: 0,
    });
    const part = await hold();
    const captured = await stripe.paymentIntents.capture(part.id, {
      amount_to_capture: 1_200,
      expand: ['latest_charge'],
    });
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 1_200, amount_capturable: 0 });
    expect(captured.latest_charge).toMatchObject({ amount: 5_000, amount_captured: 1_200, captured: true });
  });

  test('takes several parts where that was asked for', async () => {
    const held = await hold({
      payment_method_options: { card: { request_multicapture: 'if_available' } },
      expand: ['latest_charge'],
    });
    expect((held.latest_charge as Stripe.Charge).payment_method_details?.card?.multicapture).toEqual({
      status: 'available',
    });
    const first = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 1_000,
      final_capture: false,
    });
    expect(first).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 4_000,
      amount_received: 1_000,
    });
    const second = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 500,
      final_capture: false,
    });
    expect(second).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 3_500,
      amount_received: 1_500,
    });
    const tooMuch = await refusal(stripe.paymentIntents.capture(held.id, { amount_to_capture: 3_501 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount_to_capture' });
    const last = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 3_500 });
    expect(last).toMatchObject({ status: 'succeeded', amount_received: 5_000 });
  });

  test('is refused where there is nothing to capture, or no second capture', async () => {
    const held = await hold();
    const several = await refusal(
      stripe.paymentIntents.capture(held.id, { amount_to_capture: 1, final_capture: false }),
    );
    expect(several).toMatchObject({ statusCode: 400, param: 'final_capture' });
    await stripe.paymentIntents.capture(held.id);
    const again = await refusal(stripe.paymentIntents.capture(held.id));
    expect(again).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(again.payment_intent?.status).toBe('succeeded');
  });
});

describe('canceling', () => {
  test('releases a hold, and is refused after success', async () => {
    const held = await stripe.paymentIntents.create({ ...oneVisa, capture_method: 'manual' });
    const canceled = await stripe.paymentIntents.cancel(held.id, {
      cancellation_reason: 'abandoned',
      expand: ['latest_charge'],
    });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
    });
    expect(canceled.latest_charge).toMatchObject({ captured: false, refunded: true, amount_refunded: 2_000 });
    const paid = await stripe.paymentIntents.create(oneVisa);
    const error = await refusal(stripe.paymentIntents.cancel(paid.id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.message).toContain('it has a status of succeeded');
  });
});

describe('3-D Secure', () => {
  const challenged: Stripe.PaymentIntentCreateParams = {
    ...oneVisa,
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'https://shop.example/back?order=1',
  };

  test('asks the payer, and pays once the payer has authenticated', async () => {
    const intent = await stripe.paymentIntents.create(challenged);
    expect(intent).toMatchObject({ status: 'requires_action', latest_charge: null });
    const { url, return_url: returnUrl } = intent.next_action?.redirect_to_url ?? {};
    expect(url).toBe(`${simulator.url}/simulator/3ds/${intent.id}`);
    expect(returnUrl).toBe(challenged.return_url);
    const page = await (await fetch(url ?? '')).text();
    expect(page).toContain('Complete authentication');
    const response = await fetch(url ?? '', {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'succeed' }),
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    const back = new URL(response.headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      order: '1',
      payment_intent: intent.id,
      redirect_status: 'succeeded',
    });
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    expect((paid.latest_charge as Stripe.Charge).payment_method_details?.card?.three_d_secure).toMatchObject({
      result: 'authenticated',
    });
  });

  test('returns to the start when the payer fails', async () => {
    const intent = await stripe.paymentIntents.create(challenged);
    const { status, value } = await simulator.control(
      'POST',
      `/simulator/payment_intents/${intent.id}/authenticate`,
      { outcome: 'fail' },
    );
    expect(status).toBe(200);
    expect(value).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    const again = await simulator.control('POST', `/simulator/payment_intents/${intent.id}/authenticate`, {
      outcome: 'succeed',
    });
    expect(again).toMatchObject({
      status: 400,
      value: { error: { code: 'payment_intent_unexpected_state' } },
    });
  });

  test('declines off session, and where action is refused', async () => {
    for (const extra of [{ off_session: true }, { error_on_requires_action: true }]) {
      const error = await refusal(
        stripe.paymentIntents.create({ ...challenged, return_url: undefined as never, ...extra }),
      );
      expect(error).toMatchObject({
        statusCode: 402,
        code: 'authentication_required',
        decline_code: 'authentication_required',
      });
    }
  });

  test('with manual confirmation, the server confirms after the payer', async () => {
    const intent = await stripe.paymentIntents.create({ ...challenged, confirmation_method: 'manual' });
    await simulator.control('POST', `/simulator/payment_intents/${intent.id}/authenticate`, {
      outcome: 'succeed',
    });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded');
  });

  test('a browser confirms with its client secret and nothing else', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 800, currency: 'usd' });
    const browser = simulator.client('pk_test_merchant');
    const secret = { client_secret: intent.client_secret ?? '' } as Stripe.PaymentIntentConfirmParams;
    const confirmed = await browser.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      ...secret,
    });
    expect(confirmed.status).toBe('succeeded');
    expect(
      await refusal(browser.paymentIntents.retrieve(intent.id, { client_secret: 'wrong' })),
    ).toMatchObject({ statusCode: 401 });
    expect(await refusal(browser.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 403,
      code: 'secret_key_required',
    });
  });
});

describe('refused parameters', () => {
  const cases: readonly (readonly [string, object, object])[] = [
    ['no amount', { amount: undefined }, { code: 'parameter_missing', param: 'amount' }],
    [
      'an amount that is no integer',
      { amount: 10.5 },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    ['nothing', { amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['less than the minimum', { amount: 49 }, { code: 'amount_too_small', param: 'amount' }],
    ['nine digits', { amount: 100_000_000 }, { code: 'amount_too_large', param: 'amount' }],
    ['an unknown currency', { currency: 'xyz' }, { param: 'currency' }],
    ['a fraction of a fils', { currency: 'kwd', amount: 1_001 }, { param: 'amount' }],
    ['a parameter that does not exist', { colour: 'red' }, { code: 'parameter_unknown', param: 'colour' }],
    [
      'a payment method that does not exist',
      { payment_method: 'pm_none' },
      { code: 'resource_missing', param: 'payment_method' },
    ],
    [
      'a customer that does not exist',
      { customer: 'cus_none' },
      { code: 'resource_missing', param: 'customer' },
    ],
    ['an unknown capture method', { capture_method: 'never' }, { param: 'capture_method' }],
    [
      'a descriptor that cannot be printed',
      { statement_descriptor_suffix: '<b>' },
      { param: 'statement_descriptor_suffix' },
    ],
    ['a property that cannot be expanded', { expand: ['status'] }, { param: 'expand' }],
  ];

  test.each(cases)('%s', async (_what, extra, expected) => {
    const error = await refusal(stripe.paymentIntents.create({ ...oneVisa, ...extra }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', ...expected });
  });

  test('an unknown intent is 404', async () => {
    expect(await refusal(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  test('zero-decimal currencies are charged in whole units', async () => {
    const intent = await stripe.paymentIntents.create({ ...oneVisa, amount: 50, currency: 'jpy' });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 50 });
  });
});
