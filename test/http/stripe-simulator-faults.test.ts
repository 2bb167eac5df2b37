import { Readable } from 'node:stream';
import type Stripe from 'stripe';
import { FaultPlanner } from '../../simulators/stripe/faults/fault-planner';
import { readFaultRule } from '../../simulators/stripe/faults/fault-rule';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterEach(() => simulator.control('DELETE', '/simulator/faults'));
afterAll(() => simulator.stop());

const arm = async (rule: object): Promise<void> => {
  expect((await simulator.control('POST', '/simulator/faults', rule)).status).toBe(200);
};

const pay = (
  name: string,
  options: Stripe.RequestOptions = {},
  extra: Partial<Stripe.PaymentIntentCreateParams> = {},
) =>
  stripe.paymentIntents.create(
    { ...oneVisa, metadata: { charge_id: name }, ...extra },
    { idempotencyKey: name, ...options },
  );

const chargesOf = async (name: string): Promise<number> => {
  const { value } = await simulator.control('GET', `/simulator/stats?charge_id=${name}`);
  return (value as { charges: { succeeded: number } }).charges.succeeded;
};

test('time-out after charging: the client hears nothing, the charge is there, the key finds it', async () => {
  await arm({ kind: 'timeout_after', times: 1, hold_ms: 10_000 });
  const error = await refusal(pay('held', { timeout: 200 }));
  expect(error.type).toBe('StripeConnectionError');
  expect(await chargesOf('held')).toBe(1);
  const answer = await pay('held');
  expect(answer).toMatchObject({
    status: 'succeeded',
    lastResponse: { headers: { 'idempotent-replayed': 'true' } },
  });
  expect(await chargesOf('held')).toBe(1);
});

test('the same with a connection that is cut at once', async () => {
  // Twice, because the client tries a connection that was cut once more by itself.
  await arm({ kind: 'timeout_after', times: 2, hold_ms: 0 });
  expect((await refusal(pay('cut'))).type).toBe('StripeConnectionError');
  expect(await chargesOf('cut')).toBe(1);
  expect((await stripe.paymentIntents.search({ query: "metadata['charge_id']:'cut'" })).data).toHaveLength(1);
});

test.each([
  ['timeout_before', { hold_ms: 0 }],
  ['connection_reset', {}],
])('%s: nothing was charged, and the same key succeeds afterwards', async (kind, extra) => {
  // Twice, because the client tries a connection that was cut once more by itself.
  await arm({ kind, times: 2, ...extra });
  expect((await refusal(pay(kind))).type).toBe('StripeConnectionError');
  expect(await chargesOf(kind)).toBe(0);
  expect((await pay(kind)).status).toBe('succeeded');
  expect(await chargesOf(kind)).toBe(1);
});

test('500 before the effect is forgotten, 500 after it is replayed', async () => {
  await arm({ kind: 'error_before', times: 1 });
  expect(await refusal(pay('before'))).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
  expect(await chargesOf('before')).toBe(0);
  expect((await pay('before')).status).toBe('succeeded');
  await arm({ kind: 'error_after', times: 1 });
  expect((await refusal(pay('after'))).statusCode).toBe(500);
  expect(await chargesOf('after')).toBe(1);
  expect((await refusal(pay('after'))).statusCode).toBe(500);
  expect(await chargesOf('after')).toBe(1);
});

test('429 says when to come back, 409 that the object is locked', async () => {
  await arm({ kind: 'rate_limit', times: 1, retry_after_seconds: 3 });
  expect(await refusal(pay('limited'))).toMatchObject({
    statusCode: 429,
    type: 'StripeRateLimitError',
    headers: { 'retry-after': '3' },
  });
  await arm({ kind: 'lock_timeout', times: 1 });
  expect(await refusal(pay('limited'))).toMatchObject({
    statusCode: 409,
    code: 'lock_timeout',
    headers: { 'stripe-should-retry': 'true' },
  });
  expect((await pay('limited')).status).toBe('succeeded');
});

test('latency delays the answer', async () => {
  await arm({ kind: 'latency', min_ms: 120, max_ms: 140, times: 1 });
  const beganMs = performance.now();
  await pay('slow');
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(115);
});

test('the official client retries through faults by itself', async () => {
  await arm({ kind: 'error_before', times: 1 });
  await arm({ kind: 'timeout_after', times: 1, hold_ms: 0 });
  const intent = await pay('retried', { maxNetworkRetries: 3 });
  expect(intent.status).toBe('succeeded');
  expect(await chargesOf('retried')).toBe(1);
});

describe('what a fault applies to', () => {
  test('method, path, metadata and payment method select requests', async () => {
    await arm({ kind: 'error_before', match: { method: 'POST', path: '/v1/refunds*' } });
    await arm({ kind: 'error_before', match: { metadata: { tenant: 'unlucky' } } });
    await arm({ kind: 'error_before', match: { payment_method: 'pm_card_amex' } });
    const intent = await pay('chosen');
    expect((await refusal(stripe.refunds.create({ payment_intent: intent.id }))).statusCode).toBe(500);
    expect((await stripe.refunds.list()).object).toBe('list');
    expect((await refusal(pay('u', {}, { metadata: { tenant: 'unlucky' } }))).statusCode).toBe(500);
    expect((await refusal(pay('x', {}, { payment_method: 'pm_card_amex' }))).statusCode).toBe(500);
  });

  test('a request asks for a fault by metadata, payment method or header, and meets it once per key', async () => {
    expect(
      (await refusal(pay('meta', {}, { metadata: { simulator_fault: 'rate_limit=7' } }))).headers,
    ).toMatchObject({ 'retry-after': '7' });
    expect((await pay('meta', {}, { metadata: { simulator_fault: 'rate_limit=7' } })).status).toBe(
      'succeeded',
    );
    const method = { payment_method: 'pm_card_simulator_error_before' };
    expect((await refusal(pay('method', {}, method))).statusCode).toBe(500);
    expect((await pay('method', {}, method)).status).toBe('succeeded');
    const response = await fetch(`${simulator.url}/v1/balance`, {
      headers: { authorization: 'Bearer sk_test_merchant', 'simulator-fault': 'lock_timeout' },
      signal: AbortSignal.timeout(5_000),
    });
    expect(response.status).toBe(409);
  });

  test('a rate strikes its share, and the same seed strikes the same requests', () => {
    const strikes = (seed: number): string => {
      const planner = new FaultPlanner();
      planner.add(readFaultRule({ kind: 'error_after', rate: 0.25, seed }));
      const facts = {
        method: 'POST',
        path: '/v1/refunds',
        values: {},
        idempotencyKey: null,
        header: undefined,
      };
      return Array.from({ length: 1_000 }, () => (planner.forRequest(facts).failsAfter ? 'x' : '.')).join('');
    };
    expect(strikes(3)).toBe(strikes(3));
    expect(strikes(3)).not.toBe(strikes(4));
    const share = strikes(3).replaceAll('.', '').length;
    expect(share).toBeGreaterThan(200);
    expect(share).toBeLessThan(300);
  });
});

describe('refused faults', () => {
  test.each([
    ['an unknown kind', { kind: 'earthquake' }, 'earthquake'],
    ['a rate above one', { kind: 'error_after', rate: 1.5 }, '1.5'],
    ['a property that does not exist', { kind: 'error_after', often: true }, 'true'],
    ['no object', [], 'undefined'],
  ])('%s', async (_what, rule, received) => {
    const { status, value } = await simulator.control('POST', '/simulator/faults', rule);
    expect(status).toBe(400);
    expect((value as { error: { message: string } }).error.message).toContain(received);
    expect((await simulator.control('GET', '/simulator/faults')).value).toMatchObject({ data: [] });
  });
});

test('a body without end is cut off', async () => {
  const endless = Readable.from(
    (function* () {
      for (let index = 0; index < 64; index += 1) yield Buffer.alloc(64 * 1_024, 'a');
    })(),
  );
  const outcome = await fetch(`${simulator.url}/v1/customers`, {
    method: 'POST',
    body: Readable.toWeb(endless) as ReadableStream,
    duplex: 'half',
    headers: { authorization: 'Bearer sk_test_merchant' },
    signal: AbortSignal.timeout(5_000),
  }).then(
    (response) => response.status,
    () => 'connection closed',
  );
  expect([413, 'connection closed']).toContain(outcome);
});
