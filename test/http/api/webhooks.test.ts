import { charge } from './client';
import { systemsOfEachTest } from './memory-system';
import { pspReference } from '../../support/charges';

const start = systemsOfEachTest();
const paid = {
  operation: 'payment',
  outcome: { kind: 'authorized', pspReference, captured: true, capturedMinor: 1999n },
} as const;

const url = 'https://shop.example/hooks';

async function open() {
  const system = await start();
  const shop = await system.openShop();
  return { system, shop, client: system.as(shop.secretKey) };
}

test('an endpoint is created with a secret that is shown once', async () => {
  const { system, client } = await open();
  const made = await client.post('/v1/webhook_endpoints', { url }, { key: 'k1' });
  expect([made.status, made.body]).toMatchObject([
    201,
    { object: 'webhook_endpoint', url, event_types: ['*'], status: 'active', livemode: false },
  ]);
  expect(made.body['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const again = await client.post('/v1/webhook_endpoints', { url }, { key: 'k1' });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.body).toEqual({ ...made.body, secret: null });
  const id = String(made.body['id']);
  expect((await client.get(`/v1/webhook_endpoints/${id}`)).body).toEqual({ ...made.body, secret: null });
  // The journal holds it sealed, in no text that anybody can read.
  const recorded = JSON.stringify(await system.records.read(0, 100));
  expect(recorded).not.toContain(String(made.body['secret']).slice('whsec_'.length));
});

test('an endpoint changes, pauses, resumes, rotates its secret and ends', async () => {
  const { client } = await open();
  const made = await client.post('/v1/webhook_endpoints', { url, event_types: ['charge.failed'] });
  const path = `/v1/webhook_endpoints/${String(made.body['id'])}`;
  const changed = await client.post(path, { event_types: ['*'], description: 'orders' });
  expect(changed.body).toMatchObject({ url, event_types: ['*'], description: 'orders' });
  expect((await client.post(`${path}/pause`, {})).body).toMatchObject({ status: 'paused' });
  expect((await client.post(`${path}/resume`, {})).body).toMatchObject({ status: 'active' });
  const rotated = await client.post(`${path}/rotate`, { overlap_seconds: 60 });
  expect(rotated.body['secret']).toMatch(/^whsec_/);
  expect(rotated.body['secret']).not.toBe(made.body['secret']);
  expect(Date.parse(String(rotated.body['previous_secret_expires_at']))).toBeGreaterThan(Date.now());
  const twice = await client.post(`${path}/rotate`, { overlap_seconds: 60 });
  expect([twice.status, twice.body['code']]).toEqual([409, 'secret_rotation_in_progress']);
  expect((await client.post(`${path}/rotate`, { overlap_seconds: 0 })).status).toBe(200);
  const gone = await client.call('DELETE', path);
  expect([gone.status, gone.body['deleted']]).toEqual([200, true]);
  expect((await client.get(path)).body['code']).toBe('webhook_endpoint_not_found');
  expect((await client.call('DELETE', path)).status).toBe(404);
});

test.each([
  ['http://127.0.0.1/', 'names a private, local or reserved address'],
  ['https://10.0.0.8/hooks', 'names a private, local or reserved address'],
  ['https://2130706433/', 'names a private, local or reserved address'],
  ['https://0x7f.1/', 'names a private, local or reserved address'],
  ['https://[::ffff:127.0.0.1]/', 'names a private, local or reserved address'],
  ['https://[64:ff9b::7f00:1]/', 'names a private, local or reserved address'],
  ['https://169.254.169.254/latest', 'names a private, local or reserved address'],
  ['https://100.64.1.1/', 'names a private, local or reserved address'],
  ['https://localhost/', 'names this machine or a private network'],
  ['https://db.internal/', 'names this machine or a private network'],
  ['https://user:word@shop.example/', 'must not hold a user name or a password'],
  ['https://shop.example/#x', 'must not hold a fragment'],
  ['ftp://shop.example/', 'must begin with https:// or http://'],
  ['shop.example', 'cannot be read'],
])('the URL %s is refused at creation', async (address, reason) => {
  const { client } = await open();
  const answer = await client.post('/v1/webhook_endpoints', { url: address });
  expect([answer.status, answer.body['code'], answer.body['param']]).toEqual([
    400,
    'webhook_url_refused',
    '/url',
  ]);
  expect(answer.body['detail']).toContain(reason);
});

test('a live endpoint takes https only, and a filter that names no event is refused', async () => {
  const { system, shop, client } = await open();
  const live = system.as(shop.liveSecretKey);
  const plain = await live.post('/v1/webhook_endpoints', { url: 'http://shop.example/' });
  expect([plain.status, plain.body['detail']]).toEqual([400, expect.stringContaining('https://') as unknown]);
  const filter = await client.post('/v1/webhook_endpoints', { url, event_types: ['charge.succeded'] });
  expect([filter.status, filter.body['code'], filter.body['param']]).toEqual([
    400,
    'event_type_unknown',
    '/event_types/0',
  ]);
  const stranger = system.as((await system.openShop('Stranger')).secretKey);
  const made = await client.post('/v1/webhook_endpoints', { url });
  const foreign = await stranger.get(`/v1/webhook_endpoints/${String(made.body['id'])}`);
  expect(foreign.status).toBe(404);
});

test('events show what happened, with the object as it was after each', async () => {
  const { system, shop, client } = await open();
  const made = await client.post('/v1/charges', charge());
  const id = String(made.body['id']);
  await system.report(shop.tenant, id, paid);
  const refund = await client.post('/v1/refunds', { charge: id, amount: 500 });
  const list = await client.get('/v1/events');
  const events = list.body['data'] as Record<string, unknown>[];
  expect(events.map(({ type }) => type)).toEqual(['refund.created', 'charge.succeeded']);
  const [, succeeded] = events;
  // The fold up to the event: the refund that came after it is not in it.
  expect(succeeded).toMatchObject({
    object: 'event',
    ordering_key: id,
    sequence: 3,
    data: { id, status: 'succeeded', amount_refundable: 1999 },
  });
  const fetched = await client.get(`/v1/events/${String(succeeded?.['id'])}`);
  expect(fetched.body).toEqual(succeeded);
  const idsOf = async (query: string) =>
    ((await client.get(`/v1/events?${query}`)).body['data'] as { id: string }[]).map((event) => event.id);
  const [newest, oldest] = events.map(({ id: eventId }) => String(eventId));
  expect(await idsOf('type=charge.succeeded')).toEqual([oldest]);
  expect(await idsOf(`object=${String(refund.body['id'])}`)).toEqual([newest]);
  expect(await idsOf(`starting_after=${String(newest)}`)).toEqual([oldest]);
  expect(await idsOf(`ending_before=${String(oldest)}`)).toEqual([newest]);
  expect(await idsOf('created[gte]=2030-01-01T00:00:00Z')).toEqual([]);
  const unknown = await client.get('/v1/events?type=charge.succeded');
  expect([unknown.status, unknown.body['code']]).toEqual([400, 'parameter_invalid']);
  const stranger = system.as((await system.openShop('Stranger')).secretKey);
  expect((await stranger.get(`/v1/events/${String(newest)}`)).body['code']).toBe('event_not_found');
  expect(((await stranger.get('/v1/events')).body['data'] as unknown[]).length).toBe(0);
  for (const bad of ['evt_x', 'evt_0000000000000000000000000z_0', `evt_${'0'.repeat(26)}_99`])
    expect((await client.get(`/v1/events/${bad}`)).status).toBe(404);
});

test('a delivery is listed, fetched with its attempts, and sent once more', async () => {
  const { system, shop, client } = await open();
  const endpoint = await client.post('/v1/webhook_endpoints', { url });
  const endpointId = String(endpoint.body['id']);
  const made = await client.post('/v1/charges', charge());
  await system.report(shop.tenant, String(made.body['id']), paid);
  const [event] = (await client.get('/v1/events')).body['data'] as { id: string }[];
  const eventId = String(event?.id);
  const terms = {
    deliveryId: 'whd_0000000000000000000000000z',
    tenant: shop.tenant,
    endpointId,
    eventId,
    eventType: 'charge.succeeded',
    stream: `charge-${String(made.body['id'])}`,
    version: 3,
    createdAt: 1_000,
  } as never;
  await system.deliveries.open(terms);
  await system.deliveries.record('whd_0000000000000000000000000z' as never, {
    attempt: { url, sentAt: 2_000, elapsedMs: 5, statusCode: 500, answer: 'oh', failure: 'answered 500' },
    status: 'pending',
    nextAttemptAt: 7_000,
  });
  const list = await client.get(`/v1/webhook_deliveries?endpoint=${endpointId}&status=pending`);
  expect(list.body['data']).toMatchObject([{ event: eventId, attempt_count: 1, status: 'pending' }]);
  expect((await client.get('/v1/webhook_deliveries?status=held')).body['data']).toEqual([]);
  const fetched = await client.get('/v1/webhook_deliveries/whd_0000000000000000000000000z');
  expect(fetched.body['attempts']).toMatchObject([{ attempt: 1, status_code: 500, answer: 'oh' }]);
  expect(JSON.parse(String(fetched.body['request']))).toMatchObject({
    id: eventId,
    type: 'charge.succeeded',
  });
  const replay = await client.post('/v1/webhook_deliveries/whd_0000000000000000000000000z/replay', {});
  expect([replay.status, replay.body['event'], replay.body['status']]).toEqual([201, eventId, 'pending']);
  await client.post(`/v1/webhook_endpoints/${endpointId}/pause`, {});
  const paused = await client.post('/v1/webhook_deliveries/whd_0000000000000000000000000z/replay', {});
  expect([paused.status, paused.body['code']]).toEqual([409, 'webhook_endpoint_not_active']);
});
