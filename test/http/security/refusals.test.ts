import { connect } from 'node:net';
import { charge } from '../api/client';
import { type Shop, type System, startSystem } from '../api/memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

const protections = [
  'strict-transport-security',
  'x-content-type-options',
  'cross-origin-opener-policy',
  'cache-control',
  'fincore-version',
  'request-id',
];

/** Sends lines over a bare socket and gives the head of what comes back. */
const rawHead = (...lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });

test.each([
  ['a URL that cannot be decoded', 400, ['GET /v1/charges/%zz HTTP/1.1', 'host: x', 'connection: close']],
  ['no Host', 400, ['GET /healthz HTTP/1.1', 'connection: close']],
  ['bytes that are no HTTP', 400, ['NONSENSE']],
  ['a line feed in a header', 400, ['GET /healthz HTTP/1.1', 'host: x', 'x-a: b\nset-cookie: c=d']],
  ['an unknown expectation', 200, ['GET /healthz HTTP/1.1', 'host: x', 'expect: x', 'connection: close']],
])('%s is answered %d with every protecting header', async (_what, status, lines) => {
  const head = await rawHead(...lines);
  expect(head).toContain(`HTTP/1.1 ${String(status)} `);
  expect(protections.filter((name) => !head.toLowerCase().includes(`\n${name}: `))).toEqual([]);
  expect(head.toLowerCase()).not.toContain('set-cookie');
});

const key = () => `authorization: Bearer ${shop.secretKey}`;

test.each([
  ['GET /healthz', () => ['host: a', 'Host: b']],
  ['GET /healthz', () => ['host: a', 'host: a']],
  ['GET /v1/charges', () => ['host: a', key(), 'Authorization: Bearer x']],
  [
    'POST /v1/charges',
    () => ['host: a', key(), 'content-type: application/json', 'Content-Type: text/plain'],
  ],
  ['POST /v1/charges', () => ['host: a', key(), 'content-length: 0', 'content-length: 2']],
  ['POST /v1/psp/stripe/webhooks', () => ['host: a', 'content-length: 0', 'Content-Length: 0']],
  ['GET /nowhere', () => ['host: a', 'authorization: a', 'AUTHORIZATION: b']],
])('%s with a header twice that says one thing is 400', async (request, headers) => {
  const answer = await rawHead(`${request} HTTP/1.1`, ...headers(), 'connection: close');
  expect(answer).toContain('HTTP/1.1 400 ');
  expect(answer).toContain('"code":"request_malformed"');
});

test.each([
  ['GET /docs/../../x', 404, 'route_not_found'],
  ['GET /docs/..%2f..%2fx', 404, 'route_not_found'],
  ['GET /docs/%00', 404, 'route_not_found'],
  ['POST /docs', 405, 'method_not_allowed'],
  ['GET /%00', 404, 'route_not_found'],
  ['GET /v1/charges/%00', 404, 'charge_not_found'],
  ['QUERY /healthz', 405, 'method_not_allowed'],
  ['QUERY /v1/charges', 405, 'method_not_allowed'],
  ['QUERY /nowhere', 404, 'route_not_found'],
])('%s is %d, and no defect', async (request, status, code) => {
  const answer = await rawHead(`${request} HTTP/1.1`, 'host: a', key(), 'connection: close');
  expect(answer).toContain(`HTTP/1.1 ${String(status)} `);
  expect(answer).toContain(`"code":"${code}"`);
  if (status === 405) expect(answer).toMatch(/\nallow: GET, HEAD/);
});

test('the body of what no route takes is not waited for', async () => {
  const answer = await rawHead(
    'POST /nowhere HTTP/1.1',
    'host: a',
    'content-length: 1000000',
    'connection: close',
  );
  expect(answer).toContain('"code":"route_not_found"');
});

test.each([
  'created[gte]=2016-12-31T23:59:60Z',
  'created[lt]=9999-12-31T23:59:59-23:59',
  'amount[gte]=1e30',
  'amount[lt]=1000000000000',
  'amount[lte]=9007199254740993',
  'amount[gt]=9223372036854775808',
])('the filter %s is refused, neither rounded nor a defect', async (filter) => {
  for (const list of ['/v1/charges', '/v1/refunds']) {
    const answer = await system.as(shop.secretKey).get(`${list}?${filter}`);
    expect([answer.status, answer.body['code']]).toEqual([400, 'parameter_invalid']);
  }
});

test('a credential or a card number in a path, in a header or in an id of a request is not repeated', async () => {
  const client = system.as(shop.secretKey);
  for (const canary of [shop.secretKey, 'pm_1secrettoken', '4242424242424242', '4242%204242%204242%204242']) {
    const plain = decodeURIComponent(canary);
    for (const answer of [
      await client.get(`/v1/charges/${canary}`),
      await client.get(`/${canary}`),
      await client.get('/v1/charges?limit=x', { 'request-id': plain }),
      await client.get('/v1/charges', { 'fincore-version': plain }),
      await client.post('/v1/charges', charge(), { headers: { prefer: `wait=-${plain}` } }),
      await client.call('DELETE', `/v1/charges/${canary}`),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const shown = `${answer.text} ${JSON.stringify([...answer.headers])}`;
      expect(shown).not.toContain(plain);
      expect(shown).not.toContain(canary);
    }
  }
});

test('a long id is unknown to its own route, like any other', async () => {
  const answer = await system.as(shop.secretKey).get(`/v1/charges/${'x'.repeat(5_000)}`);
  expect([answer.status, answer.body['code']]).toEqual([404, 'charge_not_found']);
});

test.each([
  '4242 4242 4242 4242 12/34',
  '4242424242424242 123',
  'order 34 4242-4242-4242-4242',
  '2026 5555555555554444 7',
])('the card number in %s is found beside other digits', async (description) => {
  const answer = await system.as(shop.secretKey).post('/v1/charges', charge({ description }));
  expect([answer.status, answer.body['code']]).toEqual([400, 'card_number_refused']);
});
