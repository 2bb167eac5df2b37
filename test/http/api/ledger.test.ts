import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
let chargeId: string;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
  const client = system.as(shop.secretKey);
  chargeId = String((await client.post('/v1/charges', charge({ amount: 1000 }))).body['id']);
  await system.report(shop.tenant, chargeId, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1000n },
  });
  await client.post('/v1/refunds', { charge: chargeId, amount: 300 });
  await system.caughtUp();
});
afterAll(() => system.stop());

const get = (path: string) => system.as(shop.secretKey).get(path);
const data = async (path: string) => (await get(path)).body['data'] as Record<string, unknown>[];

test('accounts, one account and its balance, now and before anything happened', async () => {
  const accounts = await data('/v1/ledger/accounts');
  expect(accounts.map(({ code, balance, normal_side }) => [code, balance, normal_side])).toEqual([
    ['merchant_payable', 700, 'credit'],
    ['psp_receivable:stripe', 1000, 'debit'],
    ['refunds_pending', 300, 'credit'],
  ]);
  const id = String(accounts[0]?.['id']);
  expect((await get(`/v1/ledger/accounts/${id}`)).body).toEqual(accounts[0]);
  expect((await get(`/v1/ledger/accounts/${id}/balance`)).body).toEqual({
    object: 'ledger_balance',
    account: id,
    as_of: null,
    balance: 700,
    currency: 'EUR',
  });
  const before = await get(`/v1/ledger/accounts/${id}/balance?at=2020-01-01T00:00:00Z`);
  expect([before.body['balance'], before.body['as_of']]).toEqual([0, '2020-01-01T00:00:00.000Z']);
});

test('entries newest first, in pages, by account and charge; each with its transaction', async () => {
  const entries = await data('/v1/ledger/entries');
  expect(entries.map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
  expect(entries.at(-1)).toMatchObject({
    object: 'ledger_entry',
    subject: chargeId,
    amount: 1000,
    balance_before: 0,
  });
  expect(entries[0]?.['previous_hash']).toBe(entries[1]?.['hash']);
  const page = await get('/v1/ledger/entries?limit=3');
  expect(page.body['has_more']).toBe(true);
  const last = (page.body['data'] as { id: string }[]).at(-1)?.id ?? '';
  expect((await data(`/v1/ledger/entries?starting_after=${last}`)).map(({ sequence }) => sequence)).toEqual([
    1,
  ]);
  expect(
    (await data(`/v1/ledger/entries?ending_before=${last}&limit=1`)).map(({ sequence }) => sequence),
  ).toEqual([3]);
  const account = String(entries[0]?.['account']);
  for (const entry of await data(`/v1/ledger/entries?account=${account}`))
    expect(entry['account']).toBe(account);
  expect(await data(`/v1/ledger/entries?subject=${chargeId}`)).toHaveLength(4);
  expect(await data('/v1/ledger/entries?created[lt]=2020-01-01T00:00:00Z')).toEqual([]);
  const transaction = await get(`/v1/ledger/transactions/${String(entries[0]?.['transaction'])}`);
  expect([transaction.status, transaction.body['object'], transaction.body['subject']]).toEqual([
    200,
    'ledger_transaction',
    chargeId,
  ]);
  expect((transaction.body['entries'] as { sequence: number }[]).map(({ sequence }) => sequence)).toEqual([
    3, 4,
  ]);
});

test('the trial balance has equal columns, now and then', async () => {
  const now = await get('/v1/ledger/trial_balance');
  expect(now.body['totals']).toEqual([{ currency: 'EUR', debit: 1000, credit: 1000 }]);
  const before = await get('/v1/ledger/trial_balance?at=2020-01-01T00:00:00Z');
  expect(before.body['totals']).toEqual([{ currency: 'EUR', debit: 0, credit: 0 }]);
});

test('a balance is not told for a time that has not come, but a clock may be a little ahead', async () => {
  const [account] = await data('/v1/ledger/accounts');
  const paths = ['/v1/ledger/trial_balance', `/v1/ledger/accounts/${String(account?.['id'])}/balance`];
  for (const path of paths) {
    const future = await get(`${path}?at=2999-01-01T00:00:00Z`);
    expect([future.status, future.body['code'], future.body['param']]).toEqual([
      400,
      'parameter_invalid',
      '/at',
    ]);
    expect(future.body['detail']).toMatch(
      /received "2999-01-01T00:00:00Z"; must not be in the future: the server's clock says \d{4}-\d\d-\d\dT/,
    );
    const ahead = new Date(Date.now() + 30_000).toISOString();
    expect((await get(`${path}?at=${ahead}`)).status).toBe(200);
  }
});

test.each([
  ['/v1/ledger/trial_balance?at=yesterday', 400, 'parameter_invalid'],
  ['/v1/ledger/accounts?currency=EUR', 400, 'parameter_invalid'],
  ['/v1/ledger/accounts?limit=1', 400, 'parameter_invalid'],
  ['/v1/ledger/entries?limit=0', 400, 'parameter_invalid'],
  ['/v1/ledger/entries?starting_after=ent_0', 400, 'cursor_not_found'],
  ['/v1/ledger/entries?starting_after=ent_99999', 400, 'cursor_not_found'],
  ['/v1/ledger/entries?ending_before=ent_99999', 400, 'cursor_not_found'],
  ['/v1/ledger/accounts/acct_none', 404, 'ledger_account_not_found'],
  ['/v1/ledger/transactions/txn_none', 404, 'ledger_transaction_not_found'],
])('%s is refused', async (path, status, code) => {
  const answer = await get(path);
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
});

test('a balance beyond 2^53 keeps every digit', async () => {
  const large = 2n ** 60n + 1n;
  const rich = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      ledger: {
        ...dependencies.ledger,
        accounts: (tenant) =>
          Promise.resolve([
            {
              accountId: 'acct_x',
              tenant,
              code: 'merchant_payable',
              currency: 'IRR',
              balanceMinor: large,
              accountSequence: 1,
            },
          ]),
      },
    }),
  });
  try {
    const answer = await rich.as((await rich.openShop()).secretKey).get('/v1/ledger/accounts');
    expect(answer.text).toContain(`"balance":${String(large)}`);
  } finally {
    await rich.stop();
  }
});
