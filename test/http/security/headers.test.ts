import { connect } from 'node:net';
import { charge } from '../api/client';
import { type Shop, type System, startSystem } from '../api/memory-system';
import { keyFor, routesOf } from './routes';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

const origin = 'https://evil.example';

test('every route answers with the protecting headers, and allows no other origin', async () => {
  for (const route of routesOf(system)) {
    const isPublic = route.opensTo.length === 0;
    const key = keyFor(route, { secret: shop.secretKey, operator: system.operatorKey });
    const client = isPublic ? system.anonymous : system.as(key);
    const body = route.method === 'POST' ? { body: {} } : {};
    const { headers } = await client.call(route.method, route.path, { ...body, headers: { origin } });
    expect({
      route: route.name,
      hsts: headers.get('strict-transport-security'),
      sniffing: headers.get('x-content-type-options'),
      opener: headers.get('cross-origin-opener-policy'),
      cors: [...headers.keys()].filter((name) => name.startsWith('access-control-')),
      cookie: headers.get('set-cookie'),
    }).toEqual({
      route: route.name,
      hsts: expect.stringMatching(/^max-age=\d{7,}; includeSubDomains$/) as unknown,
      sniffing: 'nosniff',
      opener: 'same-origin',
      cors: [],
      cookie: null,
    });
    // Pages about errors and the reference are for everybody; answers about somebody are for nobody's cache.
    if (!isPublic) expect([route.name, headers.get('cache-control')]).toEqual([route.name, 'no-store']);
  }
});

test('a browser that asks beforehand is not let in from another origin', async () => {
  for (const route of routesOf(system)) {
    const { status, headers } = await system.anonymous.call('OPTIONS', route.path, {
      headers: { origin, 'access-control-request-method': route.method },
    });
    const allowed = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
    expect([route.name, status >= 400, allowed]).toEqual([route.name, true, []]);
  }
});

/** Node's own client would refuse to send these. */
const rawAnswer = (header: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
    const lines = [
      'GET /v1/charges HTTP/1.1',
      'host: x',
      `authorization: Bearer ${shop.secretKey}`,
      header,
      'connection: close',
    ];
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });

test.each(['request-id: a\nset-cookie: b=c', 'request-id: a\rset-cookie: b=c', 'prefer: wait=1\nx: y'])(
  'CR or LF inside the header %j is 400, and makes no header of the answer',
  async (header) => {
    const answer = await rawAnswer(header);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.split('\r\n\r\n', 1)[0]?.toLowerCase()).not.toMatch(/set-cookie|^x:/m);
  },
);

test('CR and LF in a value that would reach a header are refused, or do not reach it', async () => {
  const client = system.as(shop.secretKey);
  for (const injected of ['a%0d%0aset-cookie:%20b=c', 'a%0aset-cookie:%20b=c']) {
    for (const path of [
      `/v1/charges/${injected}`,
      `/v1/charges?starting_after=${injected}`,
      `/${injected}`,
    ]) {
      const answer = await client.get(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  }
  // Metadata is stored and shown; it goes into no header.
  const made = await client.post('/v1/charges', charge({ metadata: { note: 'a\r\nset-cookie: b=c' } }));
  expect([made.status, made.headers.get('set-cookie')]).toEqual([201, null]);
});

test('no problem shows a stack, a path of the installation or SQL', async () => {
  for (const route of routesOf(system)) {
    const body = route.method === 'POST' ? { body: '{' } : {};
    const answer = await system.anonymous.call(route.method, `${route.path}%00`, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect([route.name, answer.headers.get('content-type')]).toEqual([
      route.name,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.text).not.toMatch(/node_modules|\.(?:ts|js):\d+|\n\s+at |\b(?:SELECT|INSERT INTO) /);
  }
});
