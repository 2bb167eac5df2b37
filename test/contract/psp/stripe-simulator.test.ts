import { type Currency, money } from '../../../src/core/kernel';
import { authorization, authorized, cancellationOf, captureOf, eur } from './case-setting';
import type { Fault } from './faulty-proxy';
import { pspGatewayContract } from './psp-gateway.contract';
import { type StripeUnderTest, openStripe } from './stripe-under-test';

pspGatewayContract('Stripe, at the simulator', () => openStripe());

describe('Stripe gateway at the simulator', () => {
  let psp: StripeUnderTest;
  beforeAll(async () => {
    psp = await openStripe({ timeoutMs: 400 });
  });
  afterAll(async () => psp.close());
  const writes = ({ method }: { readonly method?: string | undefined }) => method === 'POST';

  test('a payment that is charged and never answered is unknown after the timeout, and charged once', async () => {
    const request = authorization();
    psp.network.failNext({ kind: 'silent_after' }, writes);
    expect(await psp.gateway.authorize(request)).toMatchObject({ kind: 'unknown' });
    expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized' },
    });
    expect(await psp.gateway.authorize(request)).toMatchObject({ kind: 'authorized', captured: true });
    expect(await psp.chargesOf(request.chargeId)).toBe(1);
  });

  test.each<readonly [name: string, fault: Fault]>([
    [
      'a server error',
      { kind: 'answer_after', status: 500, body: '{"error":{"type":"api_error","message":"Sorry."}}' },
    ],
    ['a gateway page in HTML', { kind: 'answer_after', status: 502, body: '<html>Bad gateway</html>' }],
    ['an answer that breaks off', { kind: 'torn_after' }],
    ['a broken connection', { kind: 'cut_after' }],
  ])('a payment answered by %s is unknown, and sent once', async (_name, fault) => {
    const request = authorization();
    psp.network.failNext(fault, writes);
    const before = psp.network.requests.length;
    expect(await psp.gateway.authorize(request)).toMatchObject({ kind: 'unknown' });
    expect(psp.network.requests.length - before).toBe(1);
    expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized' },
    });
    expect(await psp.chargesOf(request.chargeId)).toBe(1);
  });

  test('what somebody captured in the dashboard is told by a look-up and by a cancellation', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const reference = await authorized(psp.gateway, request);
    await psp.stripe.paymentIntents.capture(reference, { amount_to_capture: 300 });
    expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: true, capturedMinor: 300n },
    });
    expect(await psp.gateway.cancel(cancellationOf(request, reference))).toEqual({
      kind: 'canceled',
      capturedMinor: 300n,
    });
  });

  test('a capture or a cancellation that takes place and is answered with 500 is seen on the payment', async () => {
    // Asked again with the key, Stripe would give the same 500 for a day.
    const fault: Fault = {
      kind: 'answer_after',
      status: 500,
      body: '{"error":{"type":"api_error","message":"Sorry."}}',
    };
    const one = authorization({ captureMethod: 'manual' });
    const toCapture = await authorized(psp.gateway, one);
    psp.network.failNext(fault, writes);
    expect(await psp.gateway.capture(captureOf(one, toCapture, { amount: eur(400) }))).toEqual({
      kind: 'captured',
    });
    const other = authorization({ captureMethod: 'manual' });
    const toCancel = await authorized(psp.gateway, other);
    psp.network.failNext(fault, writes);
    expect(await psp.gateway.cancel(cancellationOf(other, toCancel))).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
  });

  test('when a refused request cannot be looked into, its outcome is unknown', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp.gateway, request);
    await psp.gateway.cancel(cancellationOf(request, pspReference));
    psp.network.failNext({ kind: 'cut_before' }, ({ method }) => method === 'GET');
    expect(await psp.gateway.capture(captureOf(request, pspReference))).toMatchObject({ kind: 'unknown' });
  });

  test.each<readonly [name: string, fault: Fault]>([
    [
      'has not indexed it yet',
      { kind: 'answer', status: 200, body: '{"object":"search_result","data":[],"has_more":false,"url":""}' },
    ],
    [
      'is not offered to the account',
      {
        kind: 'answer',
        status: 400,
        body: '{"error":{"type":"invalid_request_error","message":"No search."}}',
      },
    ],
  ])('a payment is found although search %s', async (_name, fault) => {
    const request = authorization();
    await psp.gateway.authorize(request);
    psp.network.failNext(fault, ({ url }) => url?.startsWith('/v1/payment_intents/search') === true);
    const before = psp.network.requests.length;
    expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized' },
    });
    expect(psp.network.requests.slice(before)).toEqual([
      expect.stringMatching(/^GET .*search/),
      expect.stringMatching(/^GET .*created/),
      expect.stringMatching(/^GET .*pi_/),
    ]);
  });

  test('of two payments for one charge, the one that took money counts', async () => {
    const declined = authorization({ paymentToken: 'tok_chargeDeclined' });
    await psp.gateway.authorize(declined);
    const paid = { ...declined, paymentToken: 'tok_visa', idempotencyKey: `${declined.idempotencyKey}:2` };
    await psp.gateway.authorize(paid);
    const declinedAgain = { ...declined, idempotencyKey: `${declined.idempotencyKey}:3` };
    await psp.gateway.authorize(declinedAgain);
    expect(await psp.gateway.findPayment({ payment: declined })).toMatchObject({
      outcome: { kind: 'authorized', captured: true },
    });
  });

  test.each([['first'], ['second']])(
    'of two payments for one charge, one that its payer can still pay counts more than a canceled one (%s)',
    async (order) => {
      const declined = authorization({ paymentToken: 'tok_chargeDeclined' });
      const withdrawn = { ...declined, idempotencyKey: `${declined.idempotencyKey}:2` };
      if (order === 'first') await psp.gateway.authorize(declined);
      expect(await psp.gateway.withdraw(withdrawn)).toMatchObject({ kind: 'canceled' });
      if (order === 'second') await psp.gateway.authorize(declined);
      expect(await psp.gateway.findPayment({ payment: declined })).toMatchObject({
        outcome: { kind: 'failed' },
      });
    },
  );

  test('a capture made in the dashboard, just as asked here, counts as made; another one does not', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp.gateway, request);
    await psp.stripe.paymentIntents.capture(pspReference, { amount_to_capture: 400 });
    expect(await psp.gateway.capture(captureOf(request, pspReference, { amount: eur(400) }))).toEqual({
      kind: 'captured',
    });
    expect(await psp.gateway.capture(captureOf(request, pspReference, { amount: eur(300) }))).toMatchObject({
      kind: 'failed',
      failure: { code: 'already_captured' },
    });
  });

  test('writes on the payment whose it is, and what the payer sees', async () => {
    const request = authorization({
      description: 'Order 17',
      statementDescriptor: 'Order <17>',
      captureMethod: 'manual',
    });
    const intent = await psp.stripe.paymentIntents.retrieve(await authorized(psp.gateway, request));
    expect(intent).toMatchObject({
      amount: 1000,
      currency: 'eur',
      capture_method: 'manual',
      description: 'Order 17',
      statement_descriptor_suffix: 'Order 17',
      metadata: { charge_id: request.chargeId, tenant: request.tenant },
    });
  });

  test.each<readonly [Currency, bigint, number]>([
    ['JPY', 1500n, 1500],
    ['KWD', 5120n, 5120],
    ['ISK', 500n, 50_000],
    ['MGA', 500_000n, 5_000],
    ['HUF', 1_000_000n, 1_000_000],
  ])(
    'an amount in %s arrives at Stripe in its notation and comes back in ours',
    async (currency, ours, stripes) => {
      const request = authorization({ amount: money(ours, currency) });
      const pspReference = await authorized(psp.gateway, request);
      expect((await psp.stripe.paymentIntents.retrieve(pspReference)).amount_received).toBe(stripes);
      expect(await psp.gateway.findPayment({ payment: request })).toMatchObject({ capturedMinor: ours });
    },
  );

  test('what Stripe cannot take fails without a request', async () => {
    const before = psp.network.requests.length;
    const outcomes = await Promise.all(
      [
        { amount: money(1000n, 'IRR') },
        { amount: money(5124n, 'KWD') },
        { paymentToken: '4242424242424242' },
      ].map((change) => psp.gateway.authorize(authorization(change))),
    );
    expect(
      outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome.failure.code : outcome.kind)),
    ).toEqual(['currency_unsupported', 'amount_unsupported', 'payment_token_invalid']);
    expect(JSON.stringify(outcomes)).not.toContain('4242424242424242');
    expect(psp.network.requests.length).toBe(before);
  });

  describe('a webhook endpoint registered again', () => {
    const url = 'http://127.0.0.1:9/notices';
    const registered = async () =>
      (await psp.stripe.webhookEndpoints.list()).data.filter((endpoint) => endpoint.url === url);

    test('replaces the one before whose secret is not known', async () => {
      const first = await psp.gateway.registerWebhookEndpoint(url);
      const second = await psp.gateway.registerWebhookEndpoint(url);
      expect(second.secret).toMatch(/^whsec_/);
      expect(second.secret).not.toBe(first.secret);
      expect((await registered()).map(({ id }) => id)).toEqual([second.endpointId]);
    });

    test('stays where its secret is known, since undelivered notices would go with it', async () => {
      const first = await psp.gateway.registerWebhookEndpoint(url);
      const elsewhere = await psp.gateway.registerWebhookEndpoint('http://127.0.0.1:9/others', [first]);
      expect(await psp.gateway.registerWebhookEndpoint(url, [elsewhere, first])).toEqual(first);
      expect((await registered()).map(({ id }) => id)).toEqual([first.endpointId]);
    });

    test('stays, and takes every notice again, after it was disabled or narrowed', async () => {
      const first = await psp.gateway.registerWebhookEndpoint(url);
      await psp.stripe.webhookEndpoints.update(first.endpointId, {
        disabled: true,
        enabled_events: ['charge.refunded'],
      });
      expect(await psp.gateway.registerWebhookEndpoint(url, [first])).toEqual(first);
      expect(await registered()).toMatchObject([{ id: first.endpointId, status: 'enabled' }]);
      expect((await registered())[0]?.enabled_events).toContain('payment_intent.succeeded');
    });
  });
});
