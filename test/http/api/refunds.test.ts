import type { RefundId } from '../../../src/core/kernel';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

async function paidCharge(amount = 1000, currency = 'eur'): Promise<string> {
  const made = await system.as(shop.secretKey).post('/v1/charges', charge({ amount, currency }));
  const id = String(made.body['id']);
  await system.report(shop.tenant, id, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: BigInt(amount) },
  });
  return id;
}

test('a refund of a part shows itself, and is fetched at once', async () => {
  const client = system.as(shop.secretKey);
  const id = await paidCharge();
  const made = await client.post('/v1/refunds', {
    charge: id,
    amount: 400,
    reason: 'duplicate',
    metadata: { ticket: '7' },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    object: 'refund',
    charge: id,
    status: 'pending',
    amount: 400,
    currency: 'EUR',
    reason: 'duplicate',
    metadata: { ticket: '7' },
    livemode: false,
    failure: null,
    psp: null,
  });
  const refundId = String(made.body['id']);
  const fetched = await client.get(`/v1/refunds/${refundId}`);
  expect([fetched.status, fetched.text]).toEqual([200, made.text]);
  await system.report(shop.tenant, id, {
    operation: 'refund',
    refundId: refundId as RefundId,
    outcome: { kind: 'succeeded', pspReference: 're_9' },
  });
  const after = await client.get(`/v1/refunds/${refundId}`);
  expect([after.body['status'], after.body['psp']]).toEqual([
    'succeeded',
    { name: 'stripe', reference: 're_9' },
  ]);
  const whole = await client.get(`/v1/charges/${id}`);
  expect([whole.body['amount_refunded'], whole.body['amount_refundable']]).toEqual([400, 600]);
});

test('an amount without a currency is in that of the charge', async () => {
  const client = system.as(shop.secretKey);
  for (const currency of ['JPY', 'KWD', 'USD']) {
    const id = await paidCharge(1000, currency);
    const refund = await client.post('/v1/refunds', { charge: id, amount: 400 });
    expect([refund.status, refund.body['amount'], refund.body['currency']]).toEqual([201, 400, currency]);
    const whole = await client.get(`/v1/charges/${id}`);
    expect([whole.body['amount_refunded'], whole.body['amount_refundable']]).toEqual([0, 600]);
  }
});

test('without an amount all that is left is refunded, and then nothing more', async () => {
  const client = system.as(shop.secretKey);
  const id = await paidCharge();
  await client.post('/v1/refunds', { charge: id, amount: 1 });
  const rest = await client.post('/v1/refunds', { charge: id });
  expect([rest.status, rest.body['amount'], rest.body['reason']]).toEqual([201, 999, null]);
  const more = await client.post('/v1/refunds', { charge: id, amount: 1 });
  expect([more.status, more.body['code'], more.body['param']]).toEqual([
    409,
    'refund_exceeds_captured',
    '/amount',
  ]);
  const nothing = await client.post('/v1/refunds', { charge: id });
  expect([nothing.status, nothing.body['detail']]).toEqual([
    409,
    'Nothing is left to refund: all of 10.00 EUR captured is refunded or being refunded.',
  ]);
});

test('a charge that nobody has is named by its place in the body', async () => {
  for (const id of ['nonsense', 're_00000000000000000000000000', 'ch_00000000000000000000000000'])
    for (const amount of [{}, { amount: 5 }, { amount: 5, currency: 'eur' }]) {
      const answer = await system.as(shop.secretKey).post('/v1/refunds', { charge: id, ...amount });
      expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
        404,
        'charge_not_found',
        '/charge',
      ]);
    }
});

test('of twenty at once all that fit are made, and the others are refused for what is left', async () => {
  const client = system.as(shop.secretKey);
  const id = await paidCharge(1000);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.post('/v1/refunds', { charge: id, amount: 300 })),
  );
  const made = answers.filter(({ status }) => status === 201);
  expect(made).toHaveLength(3);
  for (const { status, body } of answers.filter((answer) => answer.status !== 201))
    expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'refund_exceeds_captured' });
});

test('what cannot be refunded is refused', async () => {
  const client = system.as(shop.secretKey);
  const fresh = String((await client.post('/v1/charges', charge())).body['id']);
  const paid = await paidCharge();
  for (const [body, status, code] of [
    [{ charge: fresh }, 409, 'charge_not_refundable'],
    [{ charge: 'ch_00000000000000000000000000' }, 404, 'charge_not_found'],
    [{ charge: 'nonsense', amount: 5 }, 404, 'charge_not_found'],
    [{ charge: paid, amount: 1001 }, 409, 'refund_exceeds_captured'],
    [{ charge: paid, amount: 5, currency: 'usd' }, 400, 'currency_mismatch'],
    [{ charge: paid, amount: 0 }, 400, 'parameter_invalid'],
    [{ charge: paid, reason: 'mood' }, 400, 'parameter_invalid'],
    [{ amount: 5 }, 400, 'parameter_invalid'],
    [{ charge: paid, currency: 'eur' }, 400, 'parameter_invalid'],
  ] as const) {
    const answer = await client.post('/v1/refunds', body);
    expect([body, answer.status, answer.body['code']]).toEqual([body, status, code]);
  }
});

test('refunds are listed by charge, newest first, and a cursor walks them', async () => {
  const client = system.as(shop.secretKey);
  const id = await paidCharge();
  const ids: string[] = [];
  for (const amount of [1, 2, 3])
    ids.unshift(String((await client.post('/v1/refunds', { charge: id, amount })).body['id']));
  const page = await client.get(`/v1/refunds?charge=${id}&limit=2`);
  const idsIn = (answer: typeof page) => (answer.body['data'] as { id: string }[]).map((refund) => refund.id);
  expect([idsIn(page), page.body['has_more'], page.body['url']]).toEqual([
    ids.slice(0, 2),
    true,
    '/v1/refunds',
  ]);
  const next = await client.get(`/v1/refunds?charge=${id}&starting_after=${String(ids[1])}`);
  expect([idsIn(next), next.body['has_more']]).toEqual([ids.slice(2), false]);
  // A charge that the key may not see is no charge, not one without refunds.
  const stranger = await system.openShop('Stranger');
  for (const key of [stranger.secretKey, shop.liveSecretKey]) {
    const other = await system.as(key).get(`/v1/refunds?charge=${id}`);
    expect([other.status, other.body['code'], other.body['param']]).toEqual([
      404,
      'charge_not_found',
      '/charge',
    ]);
  }
  const filtered = await client.get(`/v1/refunds?charge=${id}&amount[gte]=2&status=pending`);
  expect(idsIn(filtered)).toEqual(ids.slice(0, 2));
});

test('a refund shows its charge as a whole where that is asked for', async () => {
  const client = system.as(shop.secretKey);
  const id = await paidCharge();
  const other = await paidCharge();
  const refund = String((await client.post('/v1/refunds', { charge: id, amount: 100 })).body['id']);
  await client.post('/v1/refunds', { charge: id, amount: 200 });
  await client.post('/v1/refunds', { charge: other, amount: 300 });
  const [wholeOther, whole] = await Promise.all(
    [other, id].map(async (charge) => (await client.get(`/v1/charges/${charge}`)).body),
  );
  for (const query of ['expand[]=charge', 'expand=charge', 'expand%5B%5D=charge']) {
    const { status, body } = await client.get(`/v1/refunds/${refund}?${query}`);
    expect([query, status, body['charge'], body['charge_object']]).toEqual([query, 200, id, whole]);
  }
  const { body: plain } = await client.get(`/v1/refunds/${refund}`);
  expect([plain['charge'], 'charge_object' in plain]).toEqual([id, false]);
  const list = await client.get('/v1/refunds?limit=3&expand[]=data.charge');
  const charges = (list.body['data'] as { charge_object: unknown }[]).map((shown) => shown.charge_object);
  expect(charges).toEqual([wholeOther, whole, whole]);
});

test.each([
  ['/re_00000000000000000000000000?expand[]=payer', '/expand/0'],
  ['/re_00000000000000000000000000?expand[]=data.charge', '/expand/0'],
  ['?expand[]=charge', '/expand/0'],
  ['?expand[]=data.charge&expand[]=data.charge', '/expand'],
])('refuses to expand what is not there: %s', async (path, param) => {
  const answer = await system.as(shop.secretKey).get(`/v1/refunds${path}`);
  expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
    400,
    'parameter_invalid',
    param,
  ]);
});

test('refunds are filtered by each of their words, alone and together', async () => {
  const other = await system.openShop('Refund filters');
  const client = system.as(other.secretKey);
  const refunded = async (body: Record<string, unknown>, refund: Record<string, unknown>) => {
    const id = String((await client.post('/v1/charges', charge(body))).body['id']);
    await system.report(other.tenant, id, {
      operation: 'payment',
      outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n },
    });
    return client.post('/v1/refunds', { charge: id, ...refund });
  };
  const first = await refunded({ customer_reference: 'ann' }, { amount: 700, metadata: { why: 'late' } });
  const second = await refunded({ customer_reference: 'bob', currency: 'usd' }, { amount: 300 });
  const found = async (query: string) => {
    const answer = await client.get(`/v1/refunds?${query}`);
    expect([query, answer.status]).toEqual([query, 200]);
    return (answer.body['data'] as { id: string }[]).map(({ id }) => id);
  };
  const [ann, bob] = [first, second].map(({ body }) => String(body['id']));
  const at = encodeURIComponent(String(first.body['created']));
  for (const query of [
    'amount=700',
    'amount[gt]=300&amount[lte]=700',
    'currency=eur',
    'customer_reference=ann',
    'metadata[why]=late',
    `created=${at}&amount=700`,
    'status=pending&customer_reference=ann&amount=700&currency=EUR&metadata[why]=late',
  ])
    expect([query, await found(query)]).toEqual([query, [ann]]);
  expect(await found('customer_reference=bob')).toEqual([bob]);
  expect(await found('status=pending&status=failed')).toEqual([bob, ann]);
  for (const query of ['amount=699', 'customer_reference=carl', 'status=succeeded'])
    expect(await found(query)).toEqual([]);
  const strange = system.as(shop.secretKey);
  expect((await strange.get('/v1/refunds?customer_reference=ann')).body['data']).toEqual([]);
});
