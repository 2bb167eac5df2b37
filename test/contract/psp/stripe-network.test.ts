import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../support/eventually';
import { createStripeGateway, type StripeGateway } from '../../../src/adapters/psp/stripe/gateway';
import type { StripeGatewayOptions } from '../../../src/adapters/psp/stripe/options';
import { type PaymentOutcome, PspUnavailable } from '../../../src/core/ports';
import { authorization, cancellationOf, captureOf, refundOf } from './case-setting';
import { type Fault, type FaultyProxy, startFaultyProxy } from './faulty-proxy';

const installation = 'inst_network';
const errorBody = (error: object) => JSON.stringify({ error: { message: 'No.', ...error } });
const answer = (status: number, error: object, headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: 'answer',
  status,
  body: errorBody(error),
  headers,
});

describe('Stripe gateway on the wire', () => {
  let network: FaultyProxy;
  let gateway: StripeGateway;
  const logged: string[] = [];

  function open(change: Partial<StripeGatewayOptions> = {}): StripeGateway {
    return createStripeGateway({
      secretKey: 'sk_test_network',
      installation,
      webhookSecrets: [],
      returnUrl: 'http://127.0.0.1/',
      host: '127.0.0.1',
      port: network.port,
      protocol: 'http',
      timeoutMs: 300,
      maxConnections: 4,
      log: (line) => logged.push(line),
      ...change,
    });
  }
  beforeEach(async () => {
    logged.length = 0;
    network = await startFaultyProxy(null);
    gateway = open();
  });
  afterEach(async () => {
    gateway.close();
    await network.close();
  });

  /** What the gateway makes of one answer to an authorization; an exception is an outcome too. */
  async function outcomeOf(from: StripeGateway = gateway): Promise<PaymentOutcome | PspUnavailable> {
    try {
      return await from.authorize(authorization());
    } catch (error) {
      if (error instanceof PspUnavailable) return error;
      throw error;
    }
  }

  test.each<readonly [name: string, fault: Fault, retryAfterMs: number]>([
    ['a rate limit', answer(429, { code: 'rate_limit' }), 1_000],
    ['a rate limit that names a wait', answer(429, { code: 'rate_limit' }, { 'retry-after': '7' }), 7_000],
    ['a rate limit with a wait of years', answer(429, {}, { 'retry-after': '99999999' }), 600_000],
    ['a rate limit with a wait of nonsense', answer(429, {}, { 'retry-after': 'soon' }), 1_000],
    ['a lock', answer(429, { code: 'lock_timeout' }), 500],
    ['a lock, as a conflict', answer(409, { code: 'lock_timeout' }), 500],
    ['a key that Stripe does not know', answer(401, { type: 'invalid_request_error' }), 60_000],
    ['a key that may not', answer(403, { type: 'invalid_request_error' }), 60_000],
  ])('%s: unavailable', async (_name, fault, retryAfterMs) => {
    network.failNext(fault);
    const outcome = await outcomeOf();
    expect(outcome).toBeInstanceOf(PspUnavailable);
    expect(outcome).toMatchObject({ retryAfterMs });
    expect(network.requests).toEqual(['POST /v1/payment_intents']);
  });

  test('a refused key tells the operator what to do', async () => {
    network.failNext(answer(401, { message: 'Invalid API Key provided: sk_test_*****work' }));
    expect(await outcomeOf()).toMatchObject({
      message: expect.stringMatching(/refuses the secret key \(401\).*Set a key/) as string,
    });
  });

  test.each<readonly [name: string, fault: Fault]>([
    ['500', answer(500, { type: 'api_error' })],
    ['503', answer(503, { type: 'api_error' }, { 'retry-after': '1' })],
    [
      '500 with a wish to be asked again',
      answer(500, { type: 'api_error' }, { 'stripe-should-retry': 'true' }),
    ],
    ['a key in use', answer(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use' })],
    ['an undocumented status', answer(418, {})],
    ['HTML', { kind: 'answer', status: 502, body: '<html>' }],
    ['an empty body', { kind: 'answer', status: 200, body: '' }],
    ['a cut connection', { kind: 'cut_before' }],
    ['silence', { kind: 'silent_after' }],
    ['a torn answer', { kind: 'torn_after' }],
  ])('%s: unknown, and not repeated', async (_name, fault) => {
    network.failNext(fault);
    expect(await outcomeOf()).toEqual({ kind: 'unknown', reason: expect.stringMatching(/\w/) as string });
    expect(network.requests).toHaveLength(1);
  });

  test('every request that may move money goes under the key of its caller', async () => {
    const request = authorization();
    const keys: unknown[] = [];
    const decline = () =>
      network.failNext(answer(402, { type: 'card_error', code: 'card_declined' }), ({ headers }) => {
        keys.push(headers['idempotency-key']);
        return true;
      });
    const [capture, cancellation, refund] = [
      captureOf(request, 'pi_1'),
      cancellationOf(request, 'pi_1'),
      refundOf(request, 'pi_1'),
    ];
    for (const ask of [
      () => gateway.authorize(request),
      () => gateway.capture(capture),
      () => gateway.cancel(cancellation),
      () => gateway.refund(refund),
    ]) {
      decline();
      expect(await ask()).toMatchObject({ kind: 'failed' });
    }
    expect(keys).toEqual(
      [request, capture, cancellation, refund].map(({ idempotencyKey }) => idempotencyKey),
    );
  });

  test('a refusal carries the payment that was refused', async () => {
    network.failNext(
      answer(402, {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'stolen_card',
        message: 'Declined: 4242424242424242',
        payment_intent: { id: 'pi_declined' },
      }),
    );
    expect(await outcomeOf()).toEqual({
      kind: 'failed',
      pspReference: 'pi_declined',
      failure: {
        code: 'card_declined',
        declineCode: 'stolen_card',
        message: 'Declined: [card number removed]',
      },
    });
  });

  test('a request that Stripe refuses fails with its reason', async () => {
    network.failNext(answer(400, { type: 'invalid_request_error', code: 'amount_too_small' }));
    expect(await outcomeOf()).toEqual({
      kind: 'failed',
      failure: { code: 'amount_too_small', message: 'No.' },
    });
  });

  test('a reused key whose first request left no payment that can be seen yet is unknown, never failed', async () => {
    network.failNext(answer(400, { type: 'idempotency_error' }));
    network.failNext({ kind: 'answer', status: 200, body: '{"data":[],"has_more":false}' });
    network.failNext({ kind: 'answer', status: 200, body: '{"data":[],"has_more":false}' });
    expect(await outcomeOf()).toMatchObject({ kind: 'unknown' });
  });

  test('a cancellation that was refused once is sent afresh while the money is held: Stripe repeats the refusal for a day', async () => {
    const keys: unknown[] = [];
    const noted = ({ headers }: IncomingMessage) => keys.push(headers['idempotency-key']) > 0;
    const intent = (status: string): Fault => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify({
        id: 'pi_1',
        status,
        currency: 'eur',
        amount: 1000,
        amount_received: 0,
        livemode: false,
        metadata: {},
      }),
    });
    network.failNext(
      answer(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' }),
      noted,
    );
    network.failNext(intent('requires_capture'), noted);
    network.failNext(intent('canceled'), noted);
    expect(
      await gateway.cancel({ ...cancellationOf(authorization(), 'pi_1'), idempotencyKey: 'first' }),
    ).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
    expect(network.requests.map((request) => request.split(' ')[0])).toEqual(['POST', 'GET', 'POST']);
    expect(keys[0]).toBe('first');
    expect(keys[2]).not.toBe('first');
  });

  test('a reused key that cannot be looked into is unknown, never failed', async () => {
    network.failNext(answer(400, { type: 'idempotency_error' }));
    network.failNext({ kind: 'cut_before' });
    expect(await outcomeOf()).toMatchObject({ kind: 'unknown' });
  });

  test('a refused connection and a name that does not resolve: unavailable', async () => {
    const gone = await startFaultyProxy(null);
    await gone.close();
    for (const change of [{ port: gone.port }, { host: 'stripe.invalid' }]) {
      const unreachable = open({ ...change, timeoutMs: 5_000 });
      expect(await outcomeOf(unreachable)).toMatchObject({
        name: 'PspUnavailable',
        message: expect.stringMatching(
          /^Stripe cannot be reached: (ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\.$/,
        ) as string,
        retryAfterMs: 1_000,
      });
      unreachable.close();
    }
  });

  test('look-ups that are not answered, or refused, are unavailable: nothing is known to be missing', async () => {
    const query = { payment: authorization(), pspReference: 'pi_1' };
    for (const fault of [
      answer(500, {}),
      { kind: 'cut_before' },
      { kind: 'silent_after' },
      answer(429, {}),
      answer(400, { type: 'invalid_request_error', code: 'parameter_unknown' }),
      answer(402, { type: 'card_error', code: 'card_declined' }),
    ] as const) {
      network.failNext(fault);
      await expect(gateway.findPayment(query)).rejects.toThrow(PspUnavailable);
    }
    network.failNext(answer(404, { type: 'invalid_request_error', code: 'resource_missing' }));
    expect(await gateway.findPayment(query)).toBeNull();
  });

  test('a refund is found on a later page of the payment’s refunds', async () => {
    const asked = { ...refundOf(authorization(), 'pi_1'), refundReference: null };
    const { refundId } = asked;
    const page = (hasMore: boolean, ...refunds: readonly object[]): Fault => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify({ object: 'list', has_more: hasMore, data: refunds }),
    });
    const wanted = {
      id: 're_2',
      status: 'succeeded',
      amount: 1000,
      currency: 'eur',
      payment_intent: 'pi_1',
      metadata: { refund_id: refundId, installation },
    };
    network.failNext(page(true, { id: 're_1', status: 'succeeded', metadata: {} }));
    network.failNext(page(false, wanted));
    expect(await gateway.findRefund(asked)).toEqual({
      kind: 'succeeded',
      pspReference: 're_2',
    });
    expect(network.requests[1]).toContain('starting_after=re_1');
  });

  test('a refund whose key was reused is unknown while Stripe shows none, and failed when Stripe refuses it itself', async () => {
    const none = {
      kind: 'answer',
      status: 200,
      body: '{"object":"list","has_more":false,"data":[]}',
    } as const;
    for (const [type, kind] of [
      ['idempotency_error', 'unknown'],
      ['invalid_request_error', 'failed'],
    ] as const) {
      network.failNext(answer(400, { type }));
      network.failNext(none);
      expect(await gateway.refund(refundOf(authorization(), 'pi_1'))).toMatchObject({ kind });
    }
  });

  test('a payment with more refunds than are gone through is not taken for one without this refund', async () => {
    const asked = { ...refundOf(authorization(), 'pi_1'), refundReference: null };
    const others = { object: 'list', has_more: true, data: [{ id: 're_1', metadata: {} }] };
    for (let page = 0; page < 20; page++)
      network.failNext({ kind: 'answer', status: 200, body: JSON.stringify(others) });
    await expect(gateway.findRefund(asked)).rejects.toThrow(PspUnavailable);
    expect(network.requests).toHaveLength(20);
  });

  test('a search that finds another charge has found nothing, and the list begins an hour ago', async () => {
    const payment = authorization();
    const nowMs = 1_790_000_000_000;
    const patient = open({ clock: () => nowMs });
    const found = (...data: readonly object[]): Fault => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify({ object: 'list', has_more: false, data }),
    });
    network.failNext(found({ id: 'pi_other', metadata: { charge_id: 'ch_other' } }));
    network.failNext(found());
    expect(await patient.findPayment({ payment })).toBeNull();
    const [, list = ''] = network.requests;
    const asked = new URL(list.split(' ')[1] ?? '', 'http://stripe.invalid').searchParams;
    expect(asked.get('created[gte]')).toBe(String((nowMs - 3_600_000) / 1_000));
    expect(network.requests).toHaveLength(2);
    patient.close();
  });

  test('after failures in a row nothing is sent for a while; then one request probes, and its success closes', async () => {
    const guarded = open({ breaker: { failures: 3, pauseMs: 100 } });
    for (let failure = 0; failure < 3; failure++) {
      network.failNext(answer(500, {}));
      expect(await outcomeOf(guarded)).toMatchObject({ kind: 'unknown' });
    }
    const open_ = await outcomeOf(guarded);
    expect(open_).toMatchObject({ name: 'PspUnavailable' });
    expect(open_ instanceof PspUnavailable && open_.retryAfterMs).toBeGreaterThan(0);
    expect(open_ instanceof PspUnavailable && open_.retryAfterMs).toBeLessThanOrEqual(100);
    expect(network.requests).toHaveLength(3);
    expect(logged).toEqual([
      'Stripe is in trouble: Stripe answered 500: No.',
      'Stripe is in trouble: nothing is sent for 100 ms.',
    ]);

    network.failNext(answer(402, { type: 'card_error', code: 'card_declined' }));
    await eventually(async () => expect(await outcomeOf(guarded)).toMatchObject({ kind: 'failed' }));
    expect(network.requests).toHaveLength(4);
    expect(logged).toContain('Stripe answers again.');
    guarded.close();
  });

  test('silence counts as a failure too', async () => {
    const guarded = open({ breaker: { failures: 2, pauseMs: 60_000 }, timeoutMs: 100 });
    for (let failure = 0; failure < 2; failure++) {
      network.failNext({ kind: 'silent_after' });
      expect(await outcomeOf(guarded)).toMatchObject({ kind: 'unknown' });
    }
    expect(await outcomeOf(guarded)).toBeInstanceOf(PspUnavailable);
    expect(network.requests).toHaveLength(2);
    guarded.close();
  });

  test('a probe that fails leaves it open', async () => {
    const guarded = open({ breaker: { failures: 1, pauseMs: 50 } });
    network.failNext({ kind: 'cut_before' });
    await outcomeOf(guarded);
    network.failNext({ kind: 'cut_before' });
    await eventually(async () => expect(await outcomeOf(guarded)).toMatchObject({ kind: 'unknown' }));
    expect(await outcomeOf(guarded)).toBeInstanceOf(PspUnavailable);
    expect(network.requests).toHaveLength(2);
    guarded.close();
  });

  test('refusals of cards and of requests never open it', async () => {
    const guarded = open({ breaker: { failures: 2, pauseMs: 60_000 } });
    for (let refusal = 0; refusal < 3; refusal++) {
      network.failNext(answer(402, { type: 'card_error', code: 'card_declined' }));
      expect(await outcomeOf(guarded)).toMatchObject({ kind: 'failed' });
      network.failNext(answer(400, { type: 'invalid_request_error' }));
      expect(await outcomeOf(guarded)).toMatchObject({ kind: 'failed' });
    }
    guarded.close();
  });

  test('requests beyond the connections wait; beyond that they are turned away unsent', async () => {
    const narrow = open({ maxConnections: 2, breaker: { failures: 100 } });
    for (let request = 0; request < 4; request++) network.failNext({ kind: 'silent_after' });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(narrow)));
    expect(outcomes.filter((outcome) => outcome instanceof PspUnavailable)).toHaveLength(1);
    expect(network.requests).toHaveLength(4);
    narrow.close();
  });

  test('a server that trickles is cut off at the deadline', async () => {
    const trickling = createServer((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    trickling.listen(0, '127.0.0.1');
    await once(trickling, 'listening');
    const slow = open({ port: (trickling.address() as AddressInfo).port, timeoutMs: 150 });
    expect(await outcomeOf(slow)).toEqual({
      kind: 'unknown',
      reason: 'Stripe did not answer within 150 ms.',
    });
    slow.close();
    trickling.closeAllConnections();
    trickling.close();
  });
});
