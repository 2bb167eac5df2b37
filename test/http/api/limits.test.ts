import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../support/eventually';
import { charge, clientOf } from './client';
import { startSystem, systemsOfEachTest } from './memory-system';

const start = systemsOfEachTest();

test('a credential that asks too often is refused with what is allowed, and its neighbour is not', async () => {
  const system = await start({ limits: { perCredentialPerSecond: 5 } });
  const [one, two] = [await system.openShop('One'), await system.openShop('Two')];
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => system.as(one.secretKey).get('/v1/charges')),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const { body, headers } of refused) {
    expect(body['code']).toBe('rate_limited');
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(headers.get('ratelimit-policy')).toBe('"credential";q=5;w=1');
    expect(headers.get('ratelimit')).toMatch(/^"credential";r=0;t=\d+$/);
  }
  expect((await system.as(two.secretKey).get('/v1/charges')).status).toBe(200);
  await eventually(async () => {
    expect((await system.as(one.secretKey).get('/v1/charges')).status).toBe(200);
  });
});

test('an address without a credential is limited; a spoofed X-Forwarded-For is the same bucket', async () => {
  const system = await start({ limits: { anonymousPerMinute: 3 } });
  const shop = await system.openShop();
  const client = system.as(shop.secretKey);
  expect((await client.get('/v1/charges')).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    const spoofed = { 'x-forwarded-for': `203.0.113.${String(n)}`, forwarded: `for=203.0.113.${String(n)}` };
    statuses.push((await system.anonymous.get('/v1/charges', spoofed)).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
  // Guessing ends, the merchant behind the same address goes on, and probes are not limited.
  expect((await system.as('sk_test_guess').get('/v1/charges')).status).toBe(429);
  expect((await client.get('/v1/charges')).status).toBe(200);
  expect((await system.anonymous.get('/healthz')).status).toBe(200);
});

test('a valid key is served behind an address that strangers have used up, also at its first use after a restart', async () => {
  const system = await start({ limits: { anonymousPerMinute: 3 } });
  const shops = [await system.openShop('One'), await system.openShop('Two')];
  const statuses: number[] = [];
  for (const guess of ['a', 'b', 'c', 'd', 'e'])
    statuses.push((await system.as(`sk_test_${guess}`).get('/v1/charges')).status);
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  for (const { secretKey } of shops) {
    expect((await system.as(secretKey).get('/v1/charges')).status).toBe(200);
    expect((await system.as(secretKey).post('/v1/charges', charge())).status).toBe(201);
  }
  expect((await system.operator.get('/v1/merchants')).status).toBe(200);
});

test('behind a trusted proxy the forwarded address counts', async () => {
  const system = await start({ limits: { anonymousPerMinute: 1 }, trustedProxies: ['127.0.0.1'] });
  const from = (address: string) => system.anonymous.get('/v1/charges', { 'x-forwarded-for': address });
  expect([
    (await from('203.0.113.1')).status,
    (await from('203.0.113.1')).status,
    (await from('203.0.113.2')).status,
  ]).toEqual([401, 429, 401]);
});

test('beyond the requests in flight it answers 503 with Retry-After, and recovers', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const system = await start({
    limits: { maxInFlight: 2 },
    aroundJournal: (journal) => ({
      ...journal,
      append: (append) => gate.then(() => journal.append(append)),
    }),
  });
  const client = system.as((await system.openShop()).secretKey);
  const held = [client.post('/v1/charges', charge()), client.post('/v1/charges', charge())];
  const turnedAway = await eventually(async () => {
    const answer = await client.get('/v1/ledger/accounts');
    expect(answer.status).toBe(503);
    return answer;
  });
  expect([turnedAway.body['code'], turnedAway.headers.get('retry-after')]).toEqual(['overloaded', '1']);
  expect((await system.anonymous.get('/healthz')).status).toBe(200);
  release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([201, 201]);
  await eventually(async () => {
    expect((await client.get('/v1/charges')).status).toBe(200);
  });
});

test('a caller who goes away while it is worked on gives its place back', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let appends = 0;
  const system = await start({
    limits: { maxInFlight: 1 },
    aroundJournal: (journal) => ({
      ...journal,
      append(append) {
        appends += 1;
        return gate.then(() => journal.append(append));
      },
    }),
  });
  const { secretKey } = await system.openShop();
  const line = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
  line.write(rawCharge(secretKey, 'gone'));
  await eventually(() => {
    expect(appends).toBe(1);
  });
  line.destroy();
  await eventually(async () => {
    expect((await system.as(secretKey).get('/v1/charges')).status).toBe(200);
  });
  release();
});

test('requests that only wait do not use up what is in flight', async () => {
  const system = await start({ limits: { maxInFlight: 1 } });
  const shop = await system.openShop();
  const client = system.as(shop.secretKey);
  const head = await system.records.head();
  const waiting = client.post('/v1/charges', charge(), { headers: { prefer: 'wait=20' } });
  await eventually(async () => {
    expect(await system.records.head()).toBe(head + 1);
  });
  const list = await client.get('/v1/charges');
  expect(list.status).toBe(200);
  const [made] = list.body['data'] as { id: string }[];
  await system.report(shop.tenant, made?.id ?? '', {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n },
  });
  expect((await waiting).body['status']).toBe('succeeded');
  await eventually(async () => {
    expect((await client.get('/v1/charges')).status).toBe(200);
  });
});

test('a process that stops finishes what is in progress and takes nothing new', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let arrived = (): void => undefined;
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const system = await startSystem({
    aroundJournal: (journal) => ({
      ...journal,
      append(append) {
        arrived();
        return gate.then(() => journal.append(append));
      },
    }),
  });
  const { secretKey } = await system.openShop();
  const line = connect(Number(new URL(system.baseUrl).port), '127.0.0.1');
  let text = '';
  line.on('data', (bytes) => (text += bytes.toString()));
  const closed = once(line, 'close');
  line.write(rawCharge(secretKey, 'first'));
  await reached;
  const stopped = system.stop();
  // The line is open still: what comes over it now comes too late.
  line.write(rawCharge(secretKey, 'second'));
  await eventually(() => {
    expect(system.lines.join('')).toContain('shutting_down');
  });
  release();
  await closed;
  await stopped;
  const [first, second] = text.split(/(?=HTTP\/1\.1 )/);
  expect(first).toContain('HTTP/1.1 201 ');
  expect(second).toContain('HTTP/1.1 503 ');
  expect(second).toContain('"code":"shutting_down"');
  await expect(clientOf(system.baseUrl).get('/healthz')).rejects.toThrow('fetch failed');
});

const rawCharge = (credential: string, key: string): string => {
  const body = JSON.stringify(charge());
  return `POST /v1/charges HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${credential}\r\nidempotency-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
};
