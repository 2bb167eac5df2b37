import { charge } from './client';
import { type System, startSystem } from './memory-system';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

interface Key {
  readonly id: string;
  readonly kind: string;
  readonly livemode: boolean;
  readonly status: string;
  readonly secret: string | null;
  readonly hint: string;
}

async function merchant(name = 'Corner Shop') {
  const answer = await system.operator.post('/v1/merchants', { name });
  expect(answer.status).toBe(201);
  const keys = answer.body['keys'] as Key[];
  const key = keys.find(({ kind, livemode }) => kind === 'secret' && !livemode);
  if (key?.secret == null) throw new Error('the answer shows the test secret key');
  return { id: String(answer.body['id']), keys, key, secret: key.secret };
}

const status = async (secret: string) => (await system.as(secret).get('/v1/charges')).status;

test('a merchant begins with four keys that work, shown once', async () => {
  const answer = await system.operator.post('/v1/merchants', { name: '  Bäckerei  ' }, { key: 'm-1' });
  expect(answer.body).toMatchObject({ object: 'merchant', name: 'Bäckerei' });
  const keys = answer.body['keys'] as Key[];
  expect(keys.map(({ kind, livemode, status: is }) => [kind, livemode, is])).toEqual([
    ['secret', false, 'active'],
    ['publishable', false, 'active'],
    ['secret', true, 'active'],
    ['publishable', true, 'active'],
  ]);
  expect(await Promise.all(keys.map(({ secret }) => status(secret ?? '')))).toEqual([200, 403, 200, 403]);
  const replay = await system.operator.post('/v1/merchants', { name: '  Bäckerei  ' }, { key: 'm-1' });
  expect([replay.status, replay.headers.get('idempotent-replayed'), replay.body['id']]).toEqual([
    201,
    'true',
    answer.body['id'],
  ]);
  const fetched = await system.operator.get(`/v1/merchants/${String(answer.body['id'])}`);
  for (const later of [replay, fetched]) {
    expect((later.body['keys'] as Key[]).map(({ secret }) => secret)).toEqual([null, null, null, null]);
    for (const { secret } of keys) expect(later.text).not.toContain(secret);
  }
  const journal = JSON.stringify(await system.records.read(0, 100_000));
  for (const { secret } of keys) expect(journal).not.toContain(secret);
});

test('a key is issued, rotated with an overlap, and revoked from the next request on', async () => {
  const { id, key, secret } = await merchant();
  const issued = await system.operator.post(`/v1/merchants/${id}/keys`, { kind: 'secret', livemode: false });
  expect([issued.status, issued.body['object'], issued.body['status']]).toEqual([201, 'api_key', 'active']);
  expect(await status(String(issued.body['secret']))).toBe(200);

  const rotated = await system.operator.post(`/v1/merchants/${id}/keys/${key.id}/rotate`, {
    overlap_seconds: 3600,
  });
  expect(rotated.status).toBe(201);
  const replacement = String(rotated.body['secret']);
  expect([await status(secret), await status(replacement)]).toEqual([200, 200]);
  const again = await system.operator.post(`/v1/merchants/${id}/keys/${key.id}/rotate`);
  expect([again.status, again.body['code']]).toEqual([409, 'api_key_not_active']);

  const revoked = await system.operator.post(`/v1/merchants/${id}/keys/${key.id}/revoke`);
  expect([revoked.status, revoked.body['id'], revoked.body['status']]).toEqual([200, key.id, 'revoked']);
  expect(revoked.body['replaced_by']).toBe(rotated.body['id']);
  expect([await status(secret), await status(replacement)]).toEqual([401, 200]);
  expect((await system.operator.post(`/v1/merchants/${id}/keys/${key.id}/revoke`)).status).toBe(200);

  const cut = await system.operator.post(`/v1/merchants/${id}/keys/${String(rotated.body['id'])}/rotate`, {
    overlap_seconds: 0,
  });
  expect([cut.status, await status(replacement), await status(String(cut.body['secret']))]).toEqual([
    201, 401, 200,
  ]);
});

test('every revocation is an answer of its own that a retry gets again, also of a key that was revoked before', async () => {
  const { id, key } = await merchant();
  const path = `/v1/merchants/${id}/keys/${key.id}/revoke`;
  for (const attempt of ['first', 'second']) {
    const asked = await system.operator.post(path, {}, { key: attempt });
    const retried = await system.operator.post(path, {}, { key: attempt });
    expect([asked.status, asked.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect([retried.status, retried.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(retried.text).toBe(asked.text);
  }
  const otherBody = await system.operator.post(path, ' {}', { key: 'second' });
  expect([otherBody.status, otherBody.body['code']]).toEqual([422, 'idempotency_key_reused']);
});

test('what does not exist or is not allowed is refused', async () => {
  const { id, key } = await merchant();
  const { operator } = system;
  const unknownKey = 'key_00000000000000000000000000';
  const cases: [string, string, unknown, number, string][] = [
    ['GET', '/v1/merchants/mer_00000000000000000000000000', undefined, 404, 'merchant_not_found'],
    ['GET', '/v1/merchants/nonsense', undefined, 404, 'merchant_not_found'],
    ['POST', '/v1/merchants', { name: '' }, 400, 'parameter_invalid'],
    ['POST', '/v1/merchants', { name: '   ' }, 400, 'parameter_invalid'],
    ['POST', '/v1/merchants', { name: 'x'.repeat(201) }, 400, 'parameter_invalid'],
    [
      'POST',
      `/v1/merchants/mer_00000000000000000000000000/keys`,
      { kind: 'secret', livemode: false },
      404,
      'merchant_not_found',
    ],
    ['POST', `/v1/merchants/${id}/keys`, { kind: 'admin', livemode: false }, 400, 'parameter_invalid'],
    ['POST', `/v1/merchants/${id}/keys`, { kind: 'secret', livemode: 'no' }, 400, 'parameter_invalid'],
    ['POST', `/v1/merchants/${id}/keys/${unknownKey}/rotate`, {}, 404, 'api_key_not_found'],
    ['POST', `/v1/merchants/${id}/keys/nonsense/revoke`, {}, 404, 'api_key_not_found'],
    [
      'POST',
      `/v1/merchants/${id}/keys/${key.id}/rotate`,
      { overlap_seconds: 604_801 },
      400,
      'parameter_invalid',
    ],
  ];
  for (const [method, path, body, expected, code] of cases) {
    const answer = await operator.call(method, path, body === undefined ? {} : { body });
    expect([path, answer.status, answer.body['code']]).toEqual([path, expected, code]);
  }
  let last = await operator.post(`/v1/merchants/${id}/keys`, { kind: 'secret', livemode: false });
  for (let n = 0; n < 20 && last.status === 201; n += 1)
    last = await operator.post(`/v1/merchants/${id}/keys`, { kind: 'secret', livemode: false });
  expect([last.status, last.body['code']]).toEqual([409, 'too_many_api_keys']);
});

test('merchants are listed newest first, in pages', async () => {
  const newest = [await merchant('c'), await merchant('b'), await merchant('a')]
    .reverse()
    .map(({ id }) => id);
  const page = await system.operator.get('/v1/merchants?limit=2');
  const ids = (answer: typeof page) => (answer.body['data'] as { id: string }[]).map(({ id }) => id);
  expect([ids(page), page.body['has_more']]).toEqual([newest.slice(0, 2), true]);
  const next = await system.operator.get(`/v1/merchants?limit=1&starting_after=${String(newest[1])}`);
  expect(ids(next)).toEqual([newest[2]]);
});

test("the operator's credential moves no money", async () => {
  const answer = await system.operator.post('/v1/charges', charge());
  expect([answer.status, answer.body['code']]).toEqual([403, 'merchant_key_required']);
});
