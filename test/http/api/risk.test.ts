import { maxRules } from '../../../src/core/risk';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

const rule = (change: Readonly<Record<string, unknown>> = {}) => ({
  id: 'large_amount',
  expression: 'charge.amount > 100000',
  outcome: 'block',
  reason: 'amount_unusual',
  ...change,
});

const clientOf = (shop: Shop) => system.as(shop.secretKey);
type Client = ReturnType<typeof clientOf>;

async function saved(client: Client, ...rules: readonly unknown[]): Promise<string> {
  const answer = await client.post('/v1/risk/rule_sets', { rules });
  expect(answer.status).toBe(201);
  return String(answer.body['id']);
}

async function inForce(client: Client, ...rules: readonly unknown[]): Promise<string> {
  const id = await saved(client, ...rules);
  expect((await client.post(`/v1/risk/rule_sets/${id}/activate`, {})).status).toBe(200);
  return id;
}

const charged = async (client: Client, amount: number) =>
  (await client.post('/v1/charges', charge({ amount }))).body;

test('a draft changes nothing, the set in force blocks, and a roll-back lets the charge through', async () => {
  const client = clientOf(await system.openShop());
  const id = await saved(client, rule());
  expect(await charged(client, 200_000)).toMatchObject({ status: 'processing', risk: null });
  const activated = await client.post(`/v1/risk/rule_sets/${id}/activate`, {});
  expect(activated.body).toMatchObject({
    id,
    status: 'in_force',
    rules: [rule({ score: 0, mode: 'enforce' })],
  });
  const blocked = await charged(client, 200_000);
  expect(blocked).toMatchObject({
    status: 'blocked',
    risk: {
      outcome: 'block',
      reasons: ['amount_unusual'],
      findings: [{ rule_set: id, rule: 'large_amount', finding: 'holds' }],
    },
    failure: { code: 'blocked' },
    psp: null,
  });
  expect(await charged(client, 100_000)).toMatchObject({
    status: 'processing',
    risk: { outcome: 'approve' },
  });
  const rolledBack = await client.post(`/v1/risk/rule_sets/${id}/roll_back`, {});
  expect(rolledBack.body).toMatchObject({ id, status: 'retired' });
  expect(await charged(client, 200_000)).toMatchObject({ status: 'processing', risk: null });
});

test('a roll-back brings back the set before; lists and fetches say which is in force', async () => {
  const client = clientOf(await system.openShop());
  const first = await inForce(client, rule());
  const second = await inForce(client, rule({ expression: 'charge.amount > 500' }));
  const statuses = async () =>
    ((await client.get('/v1/risk/rule_sets')).body['data'] as { id: string; status: string }[]).map(
      ({ id, status }) => [id, status],
    );
  expect(await statuses()).toEqual([
    [second, 'in_force'],
    [first, 'retired'],
  ]);
  expect((await client.post(`/v1/risk/rule_sets/${second}/roll_back`, {})).status).toBe(200);
  expect(await statuses()).toEqual([
    [second, 'retired'],
    [first, 'in_force'],
  ]);
  expect((await client.get(`/v1/risk/rule_sets/${first}`)).body).toMatchObject({ status: 'in_force' });
  expect(await charged(client, 1_000)).toMatchObject({ status: 'processing' });
});

test('the rules of the operator hold for every merchant, whatever its own allow', async () => {
  const client = clientOf(await system.openShop());
  await inForce(client, rule({ expression: 'true', outcome: 'allow', reason: 'known' }));
  const { operator } = system;
  const platform = await operator.post('/v1/risk/rule_sets', {
    rules: [rule({ expression: 'charge.currency == "CHF"', reason: 'currency_closed' })],
  });
  const id = String(platform.body['id']);
  await operator.post(`/v1/risk/rule_sets/${id}/activate`, {});
  const made = await client.post('/v1/charges', charge({ amount: 100, currency: 'chf' }));
  expect(made.body).toMatchObject({ status: 'blocked', risk: { reasons: ['currency_closed'] } });
  expect((await client.get(`/v1/risk/rule_sets/${id}`)).body).toMatchObject({ code: 'rule_set_not_found' });
  await operator.post(`/v1/risk/rule_sets/${id}/roll_back`, {});
});

test('a charge in review waits for a person: approved it goes on, rejected it is blocked with the reason', async () => {
  const client = clientOf(await system.openShop());
  await inForce(client, rule({ outcome: 'review' }));
  const [one, other] = [await charged(client, 200_000), await charged(client, 300_000)];
  expect(one).toMatchObject({ status: 'in_review', risk: { outcome: 'review' } });
  const waiting = (await client.get('/v1/reviews')).body['data'] as { id: string }[];
  expect(waiting.map(({ id }) => id)).toEqual([other['id'], one['id']]);
  const approved = await client.post(`/v1/reviews/${String(one['id'])}/approve`, {});
  expect([approved.status, approved.body['status']]).toEqual([200, 'processing']);
  const rejected = await client.post(`/v1/reviews/${String(other['id'])}/reject`, { reason: 'not reached' });
  expect(rejected.body).toMatchObject({
    status: 'blocked',
    failure: { code: 'blocked', message: 'not reached' },
  });
  const again = await client.post(`/v1/reviews/${String(one['id'])}/approve`, {});
  expect([again.status, again.body['code']]).toEqual([409, 'charge_not_in_review']);
});

test('a rule that is wrong is refused with rule, line and column, and the set is not saved', async () => {
  const client = clientOf(await system.openShop());
  const answer = await client.post('/v1/risk/rule_sets', {
    rules: [rule(), rule({ id: 'typo', expression: 'charge.amount > 5 &&\n charge.curency == "EUR"' })],
  });
  expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
    422,
    'rule_invalid',
    '/rules/1/expression',
  ]);
  expect(answer.body['detail']).toContain('Rule typo, line 2, column 9: No such key: curency');
  const twice = await client.post('/v1/risk/rule_sets', { rules: [rule(), rule()] });
  expect([twice.body['code'], twice.body['param']]).toEqual(['rule_invalid', '/rules/1/id']);
  expect((await client.get('/v1/risk/rule_sets')).body['data']).toEqual([]);
});

test('what is in force is not activated again, and only that is rolled back', async () => {
  const client = clientOf(await system.openShop());
  const id = await inForce(client, rule());
  const draft = await saved(client, rule());
  const again = await client.post(`/v1/risk/rule_sets/${id}/activate`, {});
  expect([again.status, again.body['code']]).toEqual([409, 'rule_set_in_force']);
  const wrong = await client.post(`/v1/risk/rule_sets/${draft}/roll_back`, {});
  expect([wrong.status, wrong.body['code']]).toEqual([409, 'rule_set_not_in_force']);
  expect(wrong.body['detail']).toContain(`${id} is`);
  const none = await client.post('/v1/risk/rule_sets/rs_06f4q8xk3v7m2n9r5t1w0y8z4b/activate', {});
  expect([none.status, none.body['code']]).toEqual([404, 'rule_set_not_found']);
});

test('a set takes as many rules as its limit says, and no more', async () => {
  const client = clientOf(await system.openShop());
  const rules = (count: number) => Array.from({ length: count }, (_, n) => rule({ id: `rule_${String(n)}` }));
  await saved(client, ...rules(maxRules));
  const more = await client.post('/v1/risk/rule_sets', { rules: rules(maxRules + 1) });
  expect([more.status, more.body['code'], more.body['param']]).toEqual([400, 'parameter_invalid', '/rules']);
});

test.each([
  ['score that adds nothing', false, { outcome: 'score' }, '/rules/0/score', 'its score is 0'],
  ['review by the platform', true, { outcome: 'review' }, '/rules/0/outcome', 'decided by its merchant'],
  [
    'allow by the platform',
    true,
    { outcome: 'allow' },
    '/rules/0/outcome',
    "sets aside a merchant's own rules",
  ],
])('%s is refused', async (_what, isOfPlatform, change, param, detail) => {
  const client = isOfPlatform ? system.operator : clientOf(await system.openShop());
  const answer = await client.post('/v1/risk/rule_sets', { rules: [rule(change)] });
  expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([422, 'rule_invalid', param]);
  expect(answer.body['detail']).toContain(detail);
});

test('rules that cost too much together are refused', async () => {
  const loops = Array.from({ length: 20 }, (_, n) => `charge.metadata.exists(key, key == "${String(n)}")`);
  const rules = [1, 2, 3, 4].map((n) => rule({ id: `rule_${String(n)}`, expression: loops.join(' || ') }));
  const answer = await clientOf(await system.openShop()).post('/v1/risk/rule_sets', { rules });
  expect([answer.status, answer.body['code']]).toEqual([422, 'rule_invalid']);
  expect(answer.body['detail']).toContain('10000 is allowed');
});

test('a merchant sees what the rules of the platform decided and why, not the rules', async () => {
  const { operator } = system;
  const saved = await operator.post('/v1/risk/rule_sets', {
    rules: [rule({ expression: 'charge.currency == "NOK"', reason: 'currency_closed' })],
  });
  const id = String(saved.body['id']);
  await operator.post(`/v1/risk/rule_sets/${id}/activate`, {});
  const client = clientOf(await system.openShop());
  const made = await client.post('/v1/charges', charge({ amount: 100, currency: 'nok' }));
  expect(made.body).toMatchObject({
    status: 'blocked',
    risk: { outcome: 'block', reasons: ['currency_closed'], findings: [] },
  });
  await operator.post(`/v1/risk/rule_sets/${id}/roll_back`, {});
});
