import { type Answer, type Client, charge } from '../api/client';
import { type Shop, type System, startSystem } from '../api/memory-system';
import { newId, parseId } from '../../../src/core/kernel';
import { type Route, routesOf } from './routes';

let system: System;
let shop: Shop;
let stranger: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
  stranger = await system.openShop('Stranger');
});
afterAll(() => system.stop());

/** Anyone who adds a public route says so here. */
const publicRoutes = [
  'GET /errors/{code}',
  'GET /healthz',
  'GET /openapi.json',
  'GET /readyz',
  'GET /readyz/journal',
  'POST /v1/psp/stripe/webhooks',
];

const sent = (route: Route, credential?: string): Promise<Answer> => {
  const client = credential === undefined ? system.anonymous : system.as(credential);
  return client.call(route.method, route.path, route.method === 'POST' ? { body: {} } : {});
};

test('the public routes are these and no others', () => {
  const open = routesOf(system).filter(({ opensTo }) => opensTo.length === 0);
  expect(open.map(({ name }) => name).sort()).toEqual(publicRoutes);
  expect(routesOf(system).length).toBeGreaterThan(25);
});

test('every other route answers 401 without a credential, with a wrong one, and with a mutilated one', async () => {
  for (const route of routesOf(system)) {
    if (publicRoutes.includes(route.name)) continue;
    for (const [credential, code] of [
      [undefined, 'credential_missing'],
      ['sk_test_nonsense', 'credential_invalid'],
      [shop.secretKey.slice(0, -1), 'credential_invalid'],
    ] as const) {
      const answer = await sent(route, credential);
      expect([route.name, answer.status, answer.body['code']]).toEqual([route.name, 401, code]);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    const head = await system.anonymous.call('HEAD', route.path);
    if (route.method === 'GET') expect([route.name, head.status]).toEqual([route.name, 401]);
  }
});

test('each kind of credential opens its own routes only, and every denial is audited', async () => {
  const denials: (string | null)[] = [];
  for (const route of routesOf(system)) {
    if (publicRoutes.includes(route.name)) continue;
    const bySecret = await sent(route, shop.secretKey);
    const byPublishable = await sent(route, shop.publishableKey);
    const byOperator = await sent(route, system.operatorKey);
    const denied = (answer: Answer) => {
      if (answer.status !== 403) return 'let in';
      denials.push(answer.headers.get('request-id'));
      return answer.body['code'];
    };
    expect([route.name, denied(bySecret), denied(byPublishable), denied(byOperator)]).toEqual([
      route.name,
      route.opensTo.includes('secretKey') ? 'let in' : 'operator_key_required',
      route.opensTo.includes('secretKey') ? 'secret_key_required' : 'operator_key_required',
      route.opensTo.includes('operatorKey') ? 'let in' : 'merchant_key_required',
    ]);
  }
  await system.caughtUp();
  const audited = await requestIds(system.operator, '/v1/audit?outcome=denied&limit=100');
  expect(denials.length).toBeGreaterThan(25);
  expect(denials.filter((id) => !audited.has(id ?? ''))).toEqual([]);
});

/** The request ids of a whole list of the audit. */
async function requestIds(client: Client, list: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let after = ''; ;) {
    const { body } = await client.get(`${list}${after}`);
    const entries = body['data'] as { readonly id: string; readonly request_id: string }[];
    for (const { request_id } of entries) ids.add(request_id);
    const last = entries.at(-1);
    if (body['has_more'] !== true || last === undefined) return ids;
    after = `&starting_after=${last.id}`;
  }
}

test('HTTP Basic with the key as user name is taken', async () => {
  const basic = (user: string) => ({ authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` });
  expect((await system.anonymous.get('/v1/charges', basic(shop.secretKey))).status).toBe(200);
  expect((await system.anonymous.get('/v1/charges', basic('sk_test_no'))).status).toBe(401);
  expect((await system.anonymous.get('/v1/charges', { authorization: 'Digest x' })).body['code']).toBe(
    'credential_missing',
  );
});

/** A delivery of the stranger's, as a worker begins it. */
async function deliveryOf(endpoint: string): Promise<string> {
  const endpointId = parseId('whe', endpoint);
  if (endpointId === null) throw new Error(`${endpoint} is no endpoint`);
  const deliveryId = newId('whd', system.ids);
  const event = { eventId: 'evt_1', eventType: 'charge.succeeded', stream: 'charge-ch_1', version: 3 };
  await system.deliveries.open({ deliveryId, tenant: stranger.tenant, endpointId, ...event, createdAt: 1 });
  return deliveryId;
}

test("another tenant's ids are unknown on every route and verb, with the same body", async () => {
  const theirs = system.as(stranger.secretKey);
  const chargeId = String((await theirs.post('/v1/charges', charge())).body['id']);
  await system.report(stranger.tenant, chargeId, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n },
  });
  const refundId = String((await theirs.post('/v1/refunds', { charge: chargeId, amount: 1 })).body['id']);
  await system.caughtUp();
  const [account] = (await theirs.get('/v1/ledger/accounts')).body['data'] as { id: string }[];
  const [entry] = (await theirs.get('/v1/ledger/entries')).body['data'] as { transaction: string }[];
  const unknownCharge = 'ch_0000000000000000000000000z';
  const [event] = (await theirs.get('/v1/events')).body['data'] as { id: string }[];
  const endpoint = await theirs.post('/v1/webhook_endpoints', { url: 'https://shop.example/' });
  const endpointPath = `/v1/webhook_endpoints/${String(endpoint.body['id'])}`;
  const noEndpoint = '/v1/webhook_endpoints/whe_0000000000000000000000000z';
  const deliveryPath = `/v1/webhook_deliveries/${await deliveryOf(String(endpoint.body['id']))}`;
  const noDelivery = '/v1/webhook_deliveries/whd_0000000000000000000000000z';
  const rules = [{ id: 'r', expression: 'charge.amount > 1', outcome: 'review', reason: 'r' }];
  const ruleSet = await theirs.post('/v1/risk/rule_sets', { rules });
  const ruleSetPath = `/v1/risk/rule_sets/${String(ruleSet.body['id'])}`;
  const noRuleSet = '/v1/risk/rule_sets/rs_0000000000000000000000000z';
  const pairs: [string, string, string, unknown?][] = [
    ['GET', ruleSetPath, noRuleSet],
    ['POST', `${ruleSetPath}/activate`, `${noRuleSet}/activate`],
    ['POST', `${ruleSetPath}/roll_back`, `${noRuleSet}/roll_back`],
    ['POST', `/v1/reviews/${chargeId}/approve`, `/v1/reviews/${unknownCharge}/approve`],
    ['POST', `/v1/reviews/${chargeId}/reject`, `/v1/reviews/${unknownCharge}/reject`, { reason: 'no' }],
    ['GET', `/v1/charges/${chargeId}`, `/v1/charges/${unknownCharge}`],
    ['GET', `/v1/charges/${chargeId}/events`, `/v1/charges/${unknownCharge}/events`],
    ['POST', `/v1/charges/${chargeId}/capture`, `/v1/charges/${unknownCharge}/capture`],
    ['POST', `/v1/charges/${chargeId}/capture`, `/v1/charges/${unknownCharge}/capture`, { amount: 5 }],
    ['POST', `/v1/charges/${chargeId}/cancel`, `/v1/charges/${unknownCharge}/cancel`],
    ['GET', `/v1/refunds/${refundId}`, '/v1/refunds/re_0000000000000000000000000z'],
    ['GET', `/v1/refunds?charge=${chargeId}`, `/v1/refunds?charge=${unknownCharge}`],
    ['GET', `/v1/ledger/accounts/${account?.id ?? ''}`, '/v1/ledger/accounts/acct_none'],
    ['GET', `/v1/ledger/accounts/${account?.id ?? ''}/balance`, '/v1/ledger/accounts/acct_none/balance'],
    [
      'GET',
      `/v1/ledger/transactions/${entry?.transaction ?? ''}`,
      '/v1/ledger/transactions/txn_00000000000000000000000000',
    ],
    ['GET', `/v1/ledger/entries?account=${account?.id ?? ''}`, '/v1/ledger/entries?account=acct_none'],
    ['GET', `/v1/events/${event?.id ?? ''}`, '/v1/events/evt_0000000000000000000000000z_1'],
    ['GET', endpointPath, noEndpoint],
    ['POST', endpointPath, noEndpoint, { description: 'orders' }],
    ['POST', `${endpointPath}/rotate`, `${noEndpoint}/rotate`],
    ['POST', `${endpointPath}/pause`, `${noEndpoint}/pause`],
    ['POST', `${endpointPath}/resume`, `${noEndpoint}/resume`],
    ['GET', deliveryPath, noDelivery],
    ['POST', `${deliveryPath}/replay`, `${noDelivery}/replay`],
    ['DELETE', endpointPath, noEndpoint],
  ];
  // Every route of a merchant that names something by its id is among them.
  const tried = new Set(
    pairs.map(
      ([method, known]) =>
        `${method} ${known.split('?', 1)[0]?.replace(/(?:ch|re|rs|acct|txn|evt|whe|whd)_[\w.]+/, '{id}') ?? ''}`,
    ),
  );
  const byId = routesOf(system).filter(
    ({ name, opensTo }) => name.includes('{id}') && opensTo.includes('secretKey'),
  );
  expect(byId.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  const mine = system.as(shop.secretKey);
  const bare = ({ body }: Answer, id: string) =>
    JSON.stringify({ ...body, request_id: '', instance: '' }).replaceAll(id, 'ID');
  for (const [method, known, unknown, body] of pairs) {
    const options = body === undefined ? {} : { body };
    const own = await theirs.call(method, known, options);
    const other = await mine.call(method, known, options);
    const none = await mine.call(method, unknown, options);
    expect([known, own.status === 404, other.status, none.status]).toEqual([known, false, 404, 404]);
    const idIn = (path: string) => /(?:ch|re|rs|acct|txn|evt|whe|whd)_[\w.]+/.exec(path)?.[0] ?? '';
    expect(bare(other, idIn(known))).toBe(bare(none, idIn(unknown)));
  }
  const refund = await mine.post('/v1/refunds', { charge: chargeId });
  expect([refund.status, refund.body['code']]).toEqual([404, 'charge_not_found']);
  for (const path of [
    '/v1/charges',
    '/v1/refunds',
    '/v1/ledger/accounts',
    '/v1/ledger/entries',
    `/v1/ledger/entries?subject=${chargeId}`,
  ])
    expect((await mine.get(path)).body['data']).toEqual([]);
  const cursor = await mine.get(`/v1/charges?starting_after=${chargeId}`);
  expect([cursor.status, cursor.body['code']]).toEqual([400, 'cursor_not_found']);
});

test('the test and the live side of one merchant do not see each other', async () => {
  const created = await system.as(shop.secretKey).post('/v1/charges', charge());
  const answer = await system.as(shop.liveSecretKey).get(`/v1/charges/${String(created.body['id'])}`);
  expect(answer.status).toBe(404);
});

test('every list that is filtered by time takes bounds of any year, and none is a defect', async () => {
  const lists = ['/v1/charges', '/v1/refunds', '/v1/ledger/entries', '/v1/audit'];
  const count = async (list: string, filter: string) => {
    const answer = await system.as(shop.secretKey).get(`${list}?${filter}`);
    expect([list, filter, answer.status]).toEqual([list, filter, 200]);
    return (answer.body['data'] as unknown[]).length;
  };
  await system.as(shop.secretKey).post('/v1/charges', charge());
  await system.caughtUp();
  for (const list of lists) {
    const all = await count(list, '');
    for (const past of ['1969-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])
      for (const bound of ['gt', 'gte']) {
        expect(await count(list, `created[${bound}]=${past}`)).toBe(all);
        expect(await count(list, `created[${bound === 'gt' ? 'lt' : 'lte'}]=${past}`)).toBe(0);
      }
    expect(await count(list, 'created[gte]=9999-12-31T23:59:59.999Z')).toBe(0);
    expect(await count(list, 'created[gt]=9999-12-31T23:59:59.999Z')).toBe(0);
    expect(await count(list, 'created[lte]=9999-12-31T23:59:59.999Z')).toBe(all);
  }
});

test('refusals and denials are in the audit of the tenant, and only there', async () => {
  const mine = system.as(shop.secretKey);
  const id = String((await mine.post('/v1/charges', charge())).body['id']);
  const refusal = await mine.post(`/v1/charges/${id}/capture`);
  const denial = await system.as(shop.publishableKey).get(`/v1/charges/${id}`);
  await system.caughtUp();
  const entries = async (credential: string, query: string) =>
    (await system.as(credential).get(`/v1/audit?subject=${id}&${query}`)).body['data'] as Record<
      string,
      unknown
    >[];
  expect(await entries(shop.secretKey, 'outcome=refused')).toMatchObject([
    {
      action: 'CaptureCharge',
      code: 'charge_not_authorized',
      request_id: refusal.headers.get('request-id'),
      client_address: '127.0.0.1',
    },
  ]);
  expect(await entries(shop.secretKey, 'outcome=denied')).toMatchObject([
    { action: 'GetCharge', code: 'secret_key_required', request_id: denial.headers.get('request-id') },
  ]);
  expect(await entries(shop.secretKey, 'action=CreateCharge')).toMatchObject([
    { outcome: 'done', event: 'ChargeCreated' },
  ]);
  for (const credential of [shop.liveSecretKey, stranger.secretKey, stranger.liveSecretKey])
    expect(await entries(credential, '')).toEqual([]);
  const [mineFirst] = await entries(shop.secretKey, 'limit=1');
  for (const cursor of [`aud_${'0'.repeat(26)}`, `aud_${'z'.repeat(26)}`, 'aud_x', String(mineFirst?.['id'])])
    for (const kind of ['starting_after', 'ending_before']) {
      const answer = await system.as(stranger.secretKey).get(`/v1/audit?${kind}=${cursor}`);
      expect([cursor, answer.status, answer.body['code']]).toEqual([cursor, 400, 'cursor_not_found']);
    }
  expect(await entries(shop.secretKey, `starting_after=${String(mineFirst?.['id'])}`)).toHaveLength(2);
  expect(await entries(system.operatorKey, '')).toHaveLength(3);
});
