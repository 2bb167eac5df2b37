import type Stripe from 'stripe';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

describe('keys', () => {
  const balanceWith = (authorization: string | undefined): Promise<Response> =>
    fetch(`${simulator.url}/v1/balance`, {
      ...(authorization === undefined ? {} : { headers: { authorization } }),
      signal: AbortSignal.timeout(5_000),
    });

  test.each([
    ['none', undefined],
    ['a live key', 'Bearer sk_live_1234567890'],
    ['a malformed key', 'Bearer sk_test_'],
    ['another scheme', 'Digest sk_test_a'],
    ['a live key by Basic', `Basic ${Buffer.from('sk_live_1:').toString('base64')}`],
  ])('%s is refused with 401', async (_what, authorization) => {
    const response = await balanceWith(authorization);
    expect(response.status).toBe(401);
    const body = (await response.json()) as { error: { type: string; message: string } };
    expect(body.error.type).toBe('invalid_request_error');
    expect(body.error.message).not.toContain('1234567890');
  });

  test('a test key is accepted as Bearer, as Basic, and by the official client', async () => {
    expect((await balanceWith('Bearer sk_test_a')).status).toBe(200);
    expect((await balanceWith(`Basic ${Buffer.from('sk_test_a:').toString('base64')}`)).status).toBe(200);
    const account = await stripe.accounts.retrieveCurrent();
    expect(account).toMatchObject({ object: 'account', charges_enabled: true });
    expect((await stripe.accounts.retrieve(account.id)).id).toBe(account.id);
    expect(await refusal(simulator.client('sk_live_x').balance.retrieve())).toMatchObject({
      type: 'StripeAuthenticationError',
    });
  });

  test('an unknown URL is 404, and every answer names its request', async () => {
    const response = await fetch(`${simulator.url}/v1/unicorns`, {
      headers: { authorization: 'Bearer sk_test_a', 'stripe-version': '2024-06-20' },
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('request-id')).toMatch(/^req_[0-9A-Za-z]{14}$/);
    expect(response.headers.get('stripe-version')).toBe('2024-06-20');
  });
});

describe('customers and their payment methods', () => {
  test('a customer is created, found, updated and deleted', async () => {
    const made = await stripe.customers.create({
      email: 'ada@example.com',
      name: 'Ada',
      metadata: { tier: 'gold' },
      address: { city: 'London' },
    });
    expect(made).toMatchObject({ object: 'customer', address: { city: 'London', country: null } });
    expect(
      (await stripe.customers.search({ query: "email:'ada@example.com'" })).data.map(({ id }) => id),
    ).toEqual([made.id]);
    expect(
      (await stripe.customers.search({ query: "metadata['tier']:'gold' AND name~'ad'" })).data,
    ).toHaveLength(1);
    expect((await stripe.customers.list({ email: 'ada@example.com' })).data).toHaveLength(1);
    expect(await stripe.customers.update(made.id, { name: '', phone: '1' })).toMatchObject({
      name: null,
      phone: '1',
      email: 'ada@example.com',
    });
    expect(await stripe.customers.del(made.id)).toEqual(
      expect.objectContaining({ id: made.id, deleted: true }),
    );
    expect(await stripe.customers.retrieve(made.id)).toMatchObject({ deleted: true });
    expect((await stripe.customers.list({ email: 'ada@example.com' })).data).toEqual([]);
    expect(await refusal(stripe.customers.update(made.id, { name: 'B' }))).toMatchObject({ statusCode: 404 });
    expect(await refusal(stripe.customers.create({ email: 'nobody' }))).toMatchObject({
      statusCode: 400,
      param: 'email',
    });
  });

  test('a payment method is attached, used again and again, and detached', async () => {
    const customer = await stripe.customers.create({});
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    expect(method.customer).toBe(customer.id);
    for (let index = 0; index < 2; index += 1) {
      const intent = await stripe.paymentIntents.create({
        ...oneVisa,
        customer: customer.id,
        payment_method: method.id,
        off_session: true,
      });
      expect(intent.status).toBe('succeeded');
    }
    expect(
      await refusal(stripe.paymentIntents.create({ ...oneVisa, payment_method: method.id })),
    ).toMatchObject({ statusCode: 400, param: 'payment_method' });
    expect(
      (await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.map(({ id }) => id),
    ).toEqual([method.id]);
    expect((await stripe.customers.listPaymentMethods(customer.id)).data.map(({ id }) => id)).toEqual([
      method.id,
    ]);
    expect((await stripe.customers.retrievePaymentMethod(customer.id, method.id)).id).toBe(method.id);
    expect(
      (await stripe.paymentMethods.update(method.id, { billing_details: { name: 'Ada' } })).billing_details
        .name,
    ).toBe('Ada');
    expect((await stripe.paymentMethods.detach(method.id)).customer).toBeNull();
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([]);
    expect(await refusal(stripe.paymentMethods.attach(method.id, { customer: customer.id }))).toMatchObject({
      statusCode: 400,
    });
  });

  test('cards that decline cannot be attached, except where documented', async () => {
    const customer = await stripe.customers.create({});
    expect(
      await refusal(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })),
    ).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const attached = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer: customer.id,
    });
    const error = await refusal(
      stripe.paymentIntents.create({ ...oneVisa, customer: customer.id, payment_method: attached.id }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });

  test('paying with setup_future_usage keeps the method for the customer', async () => {
    const customer = await stripe.customers.create({});
    const intent = await stripe.paymentIntents.create({
      ...oneVisa,
      customer: customer.id,
      setup_future_usage: 'off_session',
    });
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([
      intent.payment_method,
    ]);
  });
});

describe('setup intents', () => {
  test('a card that needs authentication is set up, and then pays off session', async () => {
    const customer = await stripe.customers.create({});
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: 'https://shop.example/done',
    });
    expect(setup).toMatchObject({ object: 'setup_intent', status: 'requires_action' });
    const method = setup.payment_method as string;
    const page = await (await fetch(setup.next_action?.redirect_to_url?.url ?? '')).text();
    expect(page).toContain('your card is kept for later payments');
    const { value } = await simulator.control('POST', `/simulator/setup_intents/${setup.id}/authenticate`, {
      outcome: 'succeed',
    });
    expect(value).toMatchObject({ status: 'succeeded', next_action: null });
    const intent = await stripe.paymentIntents.create({
      ...oneVisa,
      customer: customer.id,
      payment_method: method,
      off_session: true,
    });
    expect(intent.status).toBe('succeeded');
    expect((await stripe.setupIntents.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([
      setup.id,
    ]);
  });

  test('they are confirmed, declined, canceled and refused', async () => {
    const plain = await stripe.setupIntents.create({ payment_method: 'pm_card_visa' });
    expect((await stripe.setupIntents.confirm(plain.id)).status).toBe('succeeded');
    expect(await refusal(stripe.setupIntents.cancel(plain.id))).toMatchObject({
      statusCode: 400,
      code: 'setup_intent_unexpected_state',
    });
    const declined = await refusal(
      stripe.setupIntents.create({ payment_method: 'pm_card_chargeDeclinedLostCard', confirm: true }),
    );
    expect(declined).toMatchObject({
      statusCode: 402,
      decline_code: 'lost_card',
      setup_intent: { status: 'requires_payment_method' },
    });
    const empty = await stripe.setupIntents.create({});
    expect(await refusal(stripe.setupIntents.confirm(empty.id))).toMatchObject({
      statusCode: 400,
      code: 'setup_intent_unexpected_state',
    });
    expect((await stripe.setupIntents.cancel(empty.id, { cancellation_reason: 'abandoned' })).status).toBe(
      'canceled',
    );
  });
});

describe('charges without an intent', () => {
  test('are made from tokens, held and captured', async () => {
    const charge = await stripe.charges.create({
      amount: 1_500,
      currency: 'usd',
      source: 'tok_mastercard',
      capture: false,
      metadata: { a: 'b' },
    });
    expect(charge).toMatchObject({
      object: 'charge',
      captured: false,
      status: 'succeeded',
      payment_intent: null,
      source: { object: 'card', brand: 'MasterCard', last4: '4444' },
    });
    expect(await stripe.charges.capture(charge.id, { amount: 1_000 })).toMatchObject({
      captured: true,
      amount_captured: 1_000,
    });
    expect(await refusal(stripe.charges.capture(charge.id))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_captured',
    });
    expect((await stripe.charges.update(charge.id, { description: 'Changed' })).description).toBe('Changed');
    expect((await stripe.charges.search({ query: "metadata['a']:'b'" })).data.map(({ id }) => id)).toEqual([
      charge.id,
    ]);
    const error = await refusal(
      stripe.charges.create({ amount: 1_500, currency: 'usd', source: 'tok_chargeDeclinedExpiredCard' }),
    );
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'expired_card',
      charge: expect.stringMatching(/^ch_/) as string,
    });
    expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
      status: 'failed',
      outcome: { type: 'issuer_declined' },
    });
  });
});

describe('pages', () => {
  test('the overview escapes what it shows', async () => {
    const intent = await stripe.paymentIntents.create({
      ...oneVisa,
      payment_method: 'pm_card_threeDSecure2Required',
      description: '<script>alert(1)</script>',
    });
    for (const path of ['/simulator', `/simulator/3ds/${intent.id}`]) {
      const response = await fetch(`${simulator.url}${path}`);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const text = await response.text();
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(text).not.toContain('<script');
    }
    const unknown = await fetch(`${simulator.url}/simulator/3ds/pi_none`);
    expect([unknown.status, (await unknown.text()).includes('No such payment')]).toEqual([404, true]);
    expect((await fetch(`${simulator.url}/simulator/nothing`)).status).toBe(404);
  });

  test('browsers of other origins may call it', async () => {
    const response = await fetch(`${simulator.url}/v1/tokens`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
  });
});

describe('forms', () => {
  const post = (form: string): Promise<Response> =>
    fetch(`${simulator.url}/v1/customers`, {
      method: 'POST',
      body: form,
      headers: { authorization: 'Bearer sk_test_forms' },
      signal: AbortSignal.timeout(5_000),
    });

  test.each([
    ['a name that reaches for the prototype', '__proto__[admin]=true', 'parameter_unknown'],
    ['an object where a text belongs', 'name[a]=b', undefined],
    ['a text where an object belongs', 'address=here', undefined],
    ['a contradiction', 'address=here&address[city]=x', undefined],
    ['nesting without end', `a${'[b]'.repeat(50)}=c`, undefined],
    ['too many parameters', Array.from({ length: 1_001 }, (_, index) => `m${index}=1`).join('&'), undefined],
    ['too long a metadata key', `metadata[${'k'.repeat(41)}]=v`, undefined],
    [
      'too many metadata keys',
      Array.from({ length: 51 }, (_, index) => `metadata[k${index}]=v`).join('&'),
      undefined,
    ],
  ])('%s is refused', async (_what, form, code) => {
    const response = await post(form);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { type: string; code?: string } };
    expect(error).toMatchObject({ type: 'invalid_request_error', ...(code === undefined ? {} : { code }) });
  });

  test('metadata keeps what the client sent, odd names included', async () => {
    const customer = await stripe.customers.create({
      metadata: { 'a b': '1 & 2', ünï: '☃', __proto__x: 'y' },
    });
    expect(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).metadata).toEqual({
      'a b': '1 & 2',
      ünï: '☃',
      __proto__x: 'y',
    });
  });
});
