import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiDependencies } from '../../../src/api/dependencies';
import { eventually } from '../../support/eventually';
import { charge } from './client';
import { type System, startSystem, systemsOfEachTest } from './memory-system';

const start = systemsOfEachTest();
const lines: Line[] = [];
afterEach(() => {
  for (const { socket } of lines.splice(0)) socket.destroy();
});

interface Line {
  readonly socket: Socket;
  readonly text: () => string;
  readonly isClosed: () => boolean;
}

/** A connection that has sent the head of a request whose body never arrives. */
async function hang(
  system: System,
  headers: readonly string[] = [],
  path = '/v1/psp/stripe/webhooks',
): Promise<Line> {
  const socket = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
  let text = '';
  let isClosed = false;
  socket.on('data', (bytes) => (text += bytes.toString()));
  socket.on('close', () => (isClosed = true));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'content-length: 100', ...headers];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"id":`);
  const line = { socket, text: () => text, isClosed: () => isClosed };
  lines.push(line);
  return line;
}

const hangMany = (system: System, count: number, headers: readonly string[] = []): Promise<Line[]> =>
  Promise.all(Array.from({ length: count }, () => hang(system, headers)));

/** The provider's notices are genuine, and say nothing that matters. */
const withoutNotices = (dependencies: ApiDependencies): ApiDependencies => ({
  ...dependencies,
  receiveNotice: () => Promise.resolve({ kind: 'irrelevant', eventId: 'evt_1', type: 'ping' }),
});

const notice = (system: System, address: string) =>
  system.anonymous.post(
    '/v1/psp/stripe/webhooks',
    { id: 'evt_1' },
    { key: null, headers: { 'x-forwarded-for': address } },
  );

test('1,010 requests of one address whose bodies never arrive keep nobody else out, and most are refused at once', async () => {
  const system = await start({
    trustedProxies: ['127.0.0.1'],
    change: withoutNotices,
  });
  const { secretKey } = await system.openShop();
  const hanging = await hangMany(system, 1_010, ['x-forwarded-for: 203.0.113.1']);
  await eventually(
    () => {
      expect(hanging.filter(({ text }) => text().startsWith('HTTP/1.1 429 ')).length).toBe(910);
    },
    { timeoutMs: 40_000 },
  );
  const refused = hanging.find(({ text }) => text() !== '');
  expect(refused?.text()).toContain('retry-after: 1');
  expect(refused?.text()).toContain('This address has 100 requests whose bodies have not arrived');
  const client = system.as(secretKey);
  for (const answer of await Promise.all(
    Array.from({ length: 50 }, () => client.post('/v1/charges', charge())),
  ))
    expect(answer.status).toBe(201);
  expect((await notice(system, '203.0.113.2')).status).toBe(200);
  // Behind the same address a valid credential is served as well.
  const sameAddress = { headers: { 'x-forwarded-for': '203.0.113.1' } };
  expect((await client.post('/v1/charges', charge(), sameAddress)).status).toBe(201);
  for (const { socket } of hanging) socket.destroy();
  await eventually(async () => {
    expect((await notice(system, '203.0.113.1')).status).toBe(200);
  });
});

test('a request whose body has not arrived in time is answered 408, and its connection ends though the client keeps it', async () => {
  const system = await start({ limits: { requestTimeoutMs: 200 } });
  const [line] = await hangMany(system, 1);
  await eventually(() => {
    expect([line?.text().split('\r\n', 1)[0], line?.isClosed()]).toEqual([
      'HTTP/1.1 408 Request Timeout',
      true,
    ]);
  });
  expect(line?.text()).toContain('"code":"request_timeout"');
});

test('a process that stops waits for no body that never arrives', async () => {
  const system = await startSystem({ limits: { maxUnfinishedPerAddress: 1 } });
  const line = await hang(system);
  const second = await hang(system);
  await eventually(() => {
    expect(second.text()).toContain('HTTP/1.1 429 ');
  });
  await system.stop();
  await eventually(() => {
    expect([line.text(), line.isClosed()]).toEqual(['', true]);
  });
});

test('a body that trickles in takes a place only once it is there', async () => {
  const system = await start({ limits: { maxInFlight: 1 } });
  const { secretKey } = await system.openShop();
  const client = system.as(secretKey);
  const body = JSON.stringify(charge());
  const line = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
  let text = '';
  line.on('data', (bytes) => (text += bytes.toString()));
  const head = [
    'POST /v1/charges HTTP/1.1',
    'host: x',
    `authorization: Bearer ${secretKey}`,
    'idempotency-key: trickle',
    'content-type: application/json',
    `content-length: ${String(body.length)}`,
  ];
  line.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`);
  await eventually(async () => {
    expect((await client.get('/v1/charges')).status).toBe(200);
  });
  line.write(body.slice(5));
  await eventually(() => {
    expect(text).toContain('HTTP/1.1 201 ');
  });
  line.destroy();
  await eventually(async () => {
    expect((await client.get('/v1/charges')).status).toBe(200);
  });
});

test('strangers of many addresses together hold as many unfinished requests as the process works on, and the newest come in', async () => {
  const system = await start({
    trustedProxies: ['127.0.0.1'],
    limits: { maxInFlight: 4, maxUnfinishedPerAddress: 2 },
    change: withoutNotices,
  });
  const { secretKey } = await system.openShop();
  const hanging: Line[] = [];
  for (const address of ['203.0.113.1', '203.0.113.2'])
    for (const _ of [1, 2]) hanging.push(await hang(system, [`x-forwarded-for: ${address}`]));
  for (let n = 3; n < 20; n += 1) {
    expect((await notice(system, `203.0.113.${String(n)}`)).status).toBe(200);
    hanging.push(await hang(system, [`x-forwarded-for: 203.0.113.${String(n)}`]));
  }
  await eventually(() => {
    expect(hanging.filter(({ isClosed }) => !isClosed()).length).toBe(4);
  });
  expect(hanging[0]?.isClosed()).toBe(true);
  expect((await system.as(secretKey).post('/v1/charges', charge())).status).toBe(201);
});

test('the addresses of one IPv6 network have one share of unfinished requests', async () => {
  const system = await start({ trustedProxies: ['127.0.0.1'], limits: { maxUnfinishedPerAddress: 2 } });
  const from = (address: string) => hang(system, [`x-forwarded-for: ${address}`]);
  for (const address of ['2001:db8::1', '2001:db8::2']) await from(address);
  const third = await from('2001:db8::3');
  await eventually(() => {
    expect(third.text()).toContain('HTTP/1.1 429 ');
  });
  const elsewhere = await from('2001:db8:0:1::1');
  expect(elsewhere.text()).toBe('');
});

test('a caller who leaves while the key is looked up gives everything back', async () => {
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const system = await start({
    limits: { maxInFlight: 1 },
    change: (dependencies) => ({
      ...dependencies,
      authenticate: async (credential) => {
        const principal = await dependencies.authenticate(credential);
        if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
        return principal;
      },
    }),
  });
  const { secretKey } = await system.openShop();
  isHeld = true;
  const line = await hang(system, [`authorization: Bearer ${secretKey}`], '/v1/charges');
  await eventually(() => expect(waiting).toHaveLength(1));
  line.socket.destroy();
  await eventually(() => expect(line.isClosed()).toBe(true));
  await pause(50);
  isHeld = false;
  for (const resolve of waiting) resolve();
  await pause(50);
  for (const _ of [1, 2]) {
    const made = await system.as(secretKey).post('/v1/charges', charge());
    expect([made.status, made.body['code']]).toEqual([201, undefined]);
  }
});
