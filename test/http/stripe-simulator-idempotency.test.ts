import type Stripe from 'stripe';
import { eventually } from '../support/eventually';
import { oneVisa, refusal, runSimulator, type RunningSimulator } from './stripe-simulator-harness';

let simulator: RunningSimulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await runSimulator();
  stripe = simulator.stripe;
});
afterAll(() => simulator.stop());

const raw = (path: string, form: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${simulator.url}${path}`, {
    method: 'POST',
    body: form,
    headers: {
      authorization: 'Bearer sk_test_merchant',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    signal: AbortSignal.timeout(5_000),
  });

test('the same key and parameters get the stored answer, byte for byte, whatever happened since', async () => {
  const send = () =>
    raw(
      '/v1/payment_intents',
      'amount=2000&currency=usd&confirm=true&payment_method=pm_card_visa&expand[]=latest_charge',
      { 'idempotency-key': 'bytes' },
    );
  const first = await send();
  const body = await first.text();
  await stripe.refunds.create({ payment_intent: (JSON.parse(body) as { id: string }).id });
  const second = await send();
  expect(await second.text()).toBe(body);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
  expect(second.headers.get('idempotency-key')).toBe('bytes');
  expect(first.headers.get('idempotent-replayed')).toBeNull();
});

test('an answer that can be rendered again is the same, too', async () => {
  const send = () => raw('/v1/payment_intents', 'amount=2000&currency=usd', { 'idempotency-key': 'plain' });
  const first = await (await send()).text();
  await stripe.paymentIntents.update((JSON.parse(first) as { id: string }).id, { description: 'changed' });
  expect(await (await send()).text()).toBe(first);
});

test('the order of parameters does not matter', async () => {
  const first = await raw('/v1/customers', 'name=A&email=a%40example.com', { 'idempotency-key': 'order' });
  const second = await raw('/v1/customers', 'email=a%40example.com&name=A', { 'idempotency-key': 'order' });
  expect(await second.text()).toBe(await first.text());
});

test('a hundred requests with one key make one charge', async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 100 }, () =>
      stripe.paymentIntents.create(
        { ...oneVisa, metadata: { charge_id: 'ch_hundred' } },
        { idempotencyKey: 'hundred' },
      ),
    ),
  );
  const ids = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []));
  expect(new Set(ids).size).toBe(1);
  for (const answer of answers) {
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  }
  const { value } = await simulator.control('GET', '/simulator/stats?charge_id=ch_hundred');
  expect(value).toMatchObject({
    charges: { total: 1, succeeded: 1, failed: 0 },
    charges_by_charge_id: { ch_hundred: { charges: 1, captured: 2_000 } },
    charges_by_idempotency_key: { hundred: { charges: 1 } },
  });
});

const arrivedPayments = async (): Promise<number> => {
  const { value } = await simulator.control('GET', '/simulator/stats?charge_id=none');
  return (value as { requests: Record<string, number> }).requests['POST /v1/payment_intents'] ?? 0;
};

test('a key that is in flight is refused', async () => {
  await simulator.control('POST', '/simulator/faults', {
    kind: 'latency',
    min_ms: 400,
    match: { metadata: { slow: 'yes' } },
  });
  const before = await arrivedPayments();
  const slow = stripe.paymentIntents.create(
    { ...oneVisa, metadata: { slow: 'yes' } },
    { idempotencyKey: 'flying' },
  );
  await eventually(async () => expect(await arrivedPayments()).toBe(before + 1));
  const error = await refusal(
    stripe.paymentIntents.create({ ...oneVisa, metadata: { slow: 'yes' } }, { idempotencyKey: 'flying' }),
  );
  expect(error).toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
    headers: { 'stripe-should-retry': 'true' },
  });
  expect((await slow).status).toBe('succeeded');
  await simulator.control('DELETE', '/simulator/faults');
});

test('other parameters or another endpoint are refused', async () => {
  await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'mine' });
  for (const call of [
    stripe.paymentIntents.create({ amount: 1_001, currency: 'usd' }, { idempotencyKey: 'mine' }),
    stripe.customers.create({ name: 'A' }, { idempotencyKey: 'mine' }),
  ]) {
    expect(await refusal(call)).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  }
});

test('declines and failures after the effect are replayed, validation errors are not', async () => {
  const decline = () =>
    refusal(
      stripe.paymentIntents.create(
        { ...oneVisa, payment_method: 'pm_card_chargeDeclined' },
        { idempotencyKey: 'declined' },
      ),
    );
  const [first, second] = [await decline(), await decline()];
  expect(second.statusCode).toBe(402);
  expect(second.payment_intent?.id).toBe(first.payment_intent?.id);
  expect(second.headers?.['idempotent-replayed']).toBe('true');

  const broken = () =>
    refusal(
      stripe.paymentIntents.create(
        { ...oneVisa, metadata: { simulator_fault: 'error_after', charge_id: 'ch_broken' } },
        { idempotencyKey: 'broken' },
      ),
    );
  expect((await broken()).statusCode).toBe(500);
  const replayed = await broken();
  expect(replayed).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
  expect(
    (await stripe.paymentIntents.search({ query: "metadata['charge_id']:'ch_broken'" })).data,
  ).toHaveLength(1);

  expect(
    await refusal(stripe.paymentIntents.create({ amount: 1_000 } as never, { idempotencyKey: 'mended' })),
  ).toMatchObject({ code: 'parameter_missing' });
  expect(
    (await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'mended' }))
      .amount,
  ).toBe(1_000);
});

test('keys of different accounts are different keys', async () => {
  const other = simulator.client('sk_test_other');
  const mine = await stripe.paymentIntents.create(
    { amount: 1_000, currency: 'usd' },
    { idempotencyKey: 'shared' },
  );
  const theirs = await other.paymentIntents.create(
    { amount: 5_000, currency: 'eur' },
    { idempotencyKey: 'shared' },
  );
  expect(theirs.id).not.toBe(mine.id);
  expect(await refusal(other.paymentIntents.retrieve(mine.id))).toMatchObject({ statusCode: 404 });
});

test('keys are forgotten after their time', async () => {
  const forgetful = await runSimulator({ idempotencyTtlMs: 5 });
  try {
    const create = () => forgetful.stripe.paymentIntents.create(oneVisa, { idempotencyKey: 'old' });
    const first = await create();
    await eventually(async () => expect((await create()).id).not.toBe(first.id));
  } finally {
    await forgetful.stop();
  }
});
