import { connect } from 'node:net';
import {
  type Journal,
  JournalOverloaded,
  JournalUnavailable,
  VersionConflict,
} from '../../../src/core/ports';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
  const nowhere = await system.anonymous.get('/v2/charges');
  expect([nowhere.status, nowhere.body['code']]).toEqual([404, 'route_not_found']);
  const wrong = await system.as(shop.secretKey).call('DELETE', '/v1/charges/ch_1');
  expect([wrong.status, wrong.body['code'], wrong.headers.get('allow')]).toEqual([
    405,
    'method_not_allowed',
    'GET, HEAD',
  ]);
  const options = await system.anonymous.call('OPTIONS', '/v1/charges', {
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  expect([options.status, options.headers.get('access-control-allow-origin')]).toEqual([405, null]);
});

test('a problem without words of its own says what to do', async () => {
  const answer = await system.anonymous.get('/v1/charges');
  expect(answer.body['title']).toBe('The request carries no credential.');
  expect(answer.body['detail']).toBe(
    'The request carries no credential. Send Authorization: Bearer <key>, or the key as the user name of HTTP Basic.',
  );
});

test('a URL that cannot be decoded is a problem too', async () => {
  const answer = await system.as(shop.secretKey).get('/v1/charges/%zz');
  expect([answer.status, answer.body['code']]).toEqual([400, 'request_malformed']);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
});

test.each([
  '/v1/charges?customer_reference=a%00b',
  '/v1/charges?metadata[a%00]=b',
  '/v1/audit?actor=%E2%80%AE',
])('%s holds what is never stored', async (path) => {
  const answer = await system.as(shop.secretKey).get(path);
  expect([answer.status, answer.body['code']]).toEqual([400, 'forbidden_character']);
});

test.each([
  ['/v1/charges?customer_reference=%ED%A0%80', 'request_malformed', '"customer_reference=%ED%A0%80"'],
  ['/v1/charges?customer_reference=%C3', 'request_malformed', 'UTF-8'],
  ['/v1/charges?customer_reference=100%', 'request_malformed', 'percent-encoded'],
  ['/v1/charges?__proto__[x]=1', 'parameter_invalid', '/__proto__/x: is not an allowed name.'],
  ['/v1/charges?metadata[__proto__]=1', 'parameter_invalid', '/metadata/__proto__'],
  ['/v1/charges?limit=1&%63onstructor=1', 'parameter_invalid', '/constructor'],
])('%s is refused, not read as something else', async (path, code, words) => {
  const { status, body } = await system.as(shop.secretKey).get(path);
  expect([status, body['code']]).toEqual([400, code]);
  expect(body['detail']).toContain(words);
});

test('who opens the bare address finds the reference', async () => {
  const browser = await system.anonymous.get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  expect([browser.status, browser.headers.get('location')]).toEqual([302, '/docs']);
  expect((await system.anonymous.get('/docs')).status).toBeLessThan(400);
  const program = await system.anonymous.get('/?a=b', { accept: '*/*' });
  expect([program.status, program.body['code']]).toEqual([404, 'route_not_found']);
  expect(program.body['detail']).toContain('/docs');
});

test('bytes that are no HTTP get a problem and an end', async () => {
  const port = Number(new URL(system.baseUrl).port);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('application/problem+json');
  expect(answer).toContain('"code":"request_malformed"');
});

test('a header that is too large is 431', async () => {
  const port = Number(new URL(system.baseUrl).port);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain('"code":"header_too_large"');
});

test('every answer carries the headers that protect it, and an id', async () => {
  const client = system.as(shop.secretKey);
  const answers = [
    await client.get('/v1/charges'),
    await client.post('/v1/charges', charge()),
    await system.anonymous.get('/v1/charges'),
    await system.anonymous.get('/nowhere'),
    await system.anonymous.get('/healthz'),
    await client.post('/v1/charges', '{'),
  ];
  for (const { headers } of answers) {
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('fincore-version')).toBe('2026-11-21');
    expect(headers.get('request-id')).toMatch(/^req_[0-9a-z]{26}$/);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
  }
  expect(new Set(answers.map(({ headers }) => headers.get('request-id'))).size).toBe(answers.length);
});

test("a caller's Request-Id is kept where it is harmless, and reaches the journal", async () => {
  const client = system.as(shop.secretKey);
  const kept = await client.post('/v1/charges', charge(), { headers: { 'request-id': 'checkout-4711.a' } });
  expect(kept.headers.get('request-id')).toBe('checkout-4711.a');
  const [event] = await system.records.readStream(shop.tenant, `charge-${String(kept.body['id'])}`);
  expect(event?.metadata).toMatchObject({
    requestId: 'checkout-4711.a',
    actor: expect.stringMatching(/^key_/) as unknown,
  });
  for (const id of ['x'.repeat(65), 'a b', '<script>', '4242424242424242', '']) {
    const answer = await client.get('/v1/charges', { 'request-id': id });
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
  }
});

test('FinCore-Version is pinned', async () => {
  const client = system.as(shop.secretKey);
  expect((await client.get('/v1/charges', { 'fincore-version': '2026-11-21' })).status).toBe(200);
  const answer = await client.get('/v1/charges', { 'fincore-version': '2020-01-01' });
  expect([answer.status, answer.body['code']]).toEqual([400, 'version_unknown']);
  expect(answer.body['detail']).toContain('2026-11-21');
});

describe('when the journal fails', () => {
  const failing = (error: Error): ((journal: Journal) => Journal) => {
    return (journal) => ({
      ...journal,
      append: () => Promise.reject(error),
      readStream: () => Promise.reject(error),
    });
  };
  const databaseError = Object.assign(new Error('terminating connection due to administrator command'), {
    code: '57P01',
  });
  test.each([
    ['overloaded', new JournalOverloaded(5_000, 1_500), 503, '2'],
    ['temporarily_unavailable', new JournalUnavailable('no answer'), 503, '1'],
    ['temporarily_unavailable', databaseError, 503, '1'],
    ['temporarily_unavailable', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 503, '1'],
    ['temporarily_unavailable', new Error('timeout exceeded when trying to connect'), 503, '1'],
    ['concurrent_modification', new VersionConflict('changed three times'), 409, null],
    ['internal_error', new TypeError('secret internals'), 500, null],
  ])('%s: %p', async (code, error, status, retryAfter) => {
    const broken = await startSystem({ aroundJournal: failing(error) });
    try {
      const client = broken.as((await broken.openShop()).secretKey);
      for (const answer of [
        await client.post('/v1/charges', charge()),
        await client.get('/v1/charges/ch_00000000000000000000000000'),
      ]) {
        expect([answer.status, answer.body['code'], answer.headers.get('retry-after')]).toEqual([
          status,
          code,
          retryAfter,
        ]);
        expect(answer.text).not.toContain(error.message);
        expect(answer.text).not.toContain('.ts');
      }
      if (status >= 500) expect(broken.lines.join('')).toContain(error.message);
    } finally {
      await broken.stop();
    }
  });
});

test('every problem names a page that exists, in HTML and in text', async () => {
  const { body } = await system.anonymous.get('/nowhere');
  expect(body['type']).toBe('https://pay.example/errors/route_not_found');
  const path = new URL(String(body['type'])).pathname;
  const html = await system.anonymous.get(path, { accept: 'text/html,*/*' });
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(html.text).toContain('<code>route_not_found</code>');
  const text = await system.anonymous.get(path, { accept: '*/*' });
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text.text).toContain('No route has this path.');
  const unknown = await system.anonymous.get('/errors/nonsense');
  expect([unknown.status, unknown.body['code']]).toEqual([404, 'error_code_unknown']);
});

test('a line of the log names the merchant who asked and the object of the path', async () => {
  const lines: string[] = [];
  const logging = await startSystem({ logLevel: 'debug', logLines: lines });
  try {
    const { secretKey, merchantId } = await logging.openShop();
    const client = logging.as(secretKey);
    const made = await client.post('/v1/charges', charge());
    await client.get(`/v1/charges/${String(made.body['id'])}`);
    await logging.anonymous.get('/healthz');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toContainEqual(
      expect.objectContaining({ method: 'GET', merchant: merchantId, object: made.body['id'], status: 200 }),
    );
    expect(logged).toContainEqual(expect.objectContaining({ url: '/healthz', merchant: null, object: null }));
  } finally {
    await logging.stop();
  }
});

test('neither bodies nor credentials nor card numbers reach the log', async () => {
  const lines: string[] = [];
  const logging = await startSystem({ logLevel: 'debug', logLines: lines });
  try {
    const { secretKey } = await logging.openShop();
    const client = logging.as(secretKey);
    await client.post('/v1/charges', charge({ description: 'canary-in-body', payment_token: 'tok_canary' }));
    await client.get(`/v1/charges/4242424242424242?customer_reference=4242-4242-4242-4242`);
    await client.get(`/v1/charges/${secretKey}`);
    await client.get('/nowhere/5555555555554444');
    const log = lines.join('');
    expect(log).toContain('"url":"/v1/charges"');
    for (const canary of [
      'canary-in-body',
      'tok_canary',
      '4242424242424242',
      '4242-4242',
      '5555555555554444',
      secretKey,
      'Bearer',
    ])
      expect(log).not.toContain(canary);
  } finally {
    await logging.stop();
  }
});
