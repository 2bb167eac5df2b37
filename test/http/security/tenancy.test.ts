import { charge } from '../api/client';
import { type Shop, type System, startSystem } from '../api/memory-system';

let system: System;
let first: Shop;
let second: Shop;
beforeAll(async () => {
  system = await startSystem();
  first = await system.openShop('First');
  second = await system.openShop('Second');
});
afterAll(() => system.stop());

test("a key that another tenant uses too makes an object of one's own", async () => {
  const key = 'the-same-key-of-two-tenants';
  const body = charge({ amount: 500 });
  const answers = [
    await system.as(first.secretKey).post('/v1/charges', body, { key }),
    await system.as(second.secretKey).post('/v1/charges', body, { key }),
    await system.as(first.liveSecretKey).post('/v1/charges', body, { key }),
  ];
  const [one, two, live] = answers;
  expect([one?.status, two?.status]).toEqual([201, 201]);
  expect(one?.body['id']).not.toBe(two?.body['id']);
  // The live side of the same merchant is a tenant of its own; it is refused for what it is, not for the key.
  expect([live?.status, live?.body['code']]).toEqual([403, 'livemode_unavailable']);
  for (const answer of answers) expect(answer.headers.get('idempotent-replayed')).toBeNull();
  for (const [shop, other] of [
    [first, two],
    [second, one],
  ] as const)
    expect((await system.as(shop.secretKey).get(`/v1/charges/${String(other?.body['id'])}`)).status).toBe(
      404,
    );
});

test("a key that another tenant used with another body is not known, and a stranger's answer is not given out", async () => {
  const key = 'another-body-of-another-tenant';
  const theirs = await system.as(second.secretKey).post('/v1/charges', charge({ amount: 700 }), { key });
  const mine = await system.as(first.secretKey).post('/v1/charges', charge({ amount: 701 }), { key });
  expect([theirs.status, mine.status, mine.body['amount']]).toEqual([201, 201, 701]);
  const refund = { charge: String(theirs.body['id']), amount: 1 };
  const stranger = await system.as(first.secretKey).post('/v1/refunds', refund, { key });
  expect([stranger.status, stranger.body['code']]).toEqual([404, 'charge_not_found']);
});
