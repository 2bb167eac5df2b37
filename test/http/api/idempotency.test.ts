import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ChargeId } from '../../../src/core/kernel';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

const eventsOf = async (kind: string) =>
  (await system.records.read(0, 100_000)).filter(({ type }) => type === kind).length;

test('the same key and body get the same bytes, and one charge', async () => {
  const client = system.as(shop.secretKey);
  const before = await eventsOf('ChargeCreated');
  const first = await client.post('/v1/charges', charge(), { key: 'order-1' });
  const second = await client.post('/v1/charges', charge(), { key: 'order-1' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.text).toBe(first.text);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect((await eventsOf('ChargeCreated')) - before).toBe(1);
});

test('the same key with another body is refused, and nothing is made', async () => {
  const client = system.as(shop.secretKey);
  await client.post('/v1/charges', charge(), { key: 'order-2' });
  const before = await eventsOf('ChargeCreated');
  const other = await client.post('/v1/charges', charge({ amount: 2000 }), { key: 'order-2' });
  expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
  expect(other.body['detail']).toContain('received "order-2"');
  // The bytes are compared, not what they mean.
  const spaced = await client.post('/v1/charges', `${JSON.stringify(charge())} `, { key: 'order-2' });
  expect([spaced.status, spaced.body['code']]).toEqual([422, 'idempotency_key_reused']);
  expect(await eventsOf('ChargeCreated')).toBe(before);
});

test('what makes a retry is the body: a route with a key takes no query', async () => {
  const client = system.as(shop.secretKey);
  const before = await eventsOf('ChargeCreated');
  const { status, body } = await client.post('/v1/charges?amount=2000', charge(), { key: 'order-query' });
  expect([status, body['code'], body['param']]).toEqual([400, 'parameter_invalid', '/amount']);
  expect(await eventsOf('ChargeCreated')).toBe(before);
  const { paths } = (await system.anonymous.get('/openapi.json')).body as unknown as Document;
  const placesOf = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .map(({ parameters = [] }) => parameters)
    .filter((parameters) => parameters.some(({ name }) => name === 'Idempotency-Key'))
    .map((parameters) => new Set(parameters.map(({ in: place }) => place)));
  expect(placesOf.length).toBeGreaterThan(5);
  for (const places of placesOf) expect([...places]).not.toContain('query');
});

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<string, { readonly parameters?: readonly { readonly name: string; readonly in: string }[] }>
      >
    >
  >;
}

test('a key that was used before is shown unless it may not be repeated', async () => {
  const client = system.as(shop.secretKey);
  const key = 'order 4242 4242 4242 4242';
  await client.post('/v1/charges', charge(), { key });
  const { status, text } = await client.post('/v1/charges', charge({ amount: 2000 }), { key });
  expect(status).toBe(422);
  expect(text).toContain('a value that is not repeated here');
  expect(text).not.toContain('4242');
});

test('two keys are refused, and one with a comma in it is one', async () => {
  const client = system.as(shop.secretKey);
  const before = await eventsOf('ChargeCreated');
  const { status, body } = await withKeys(['first-key', 'second-key']);
  expect([status, body['code']]).toEqual([400, 'idempotency_key_invalid']);
  expect(body['detail']).toContain('received several, "first-key, second-key"; allowed is one');
  expect(await eventsOf('ChargeCreated')).toBe(before);
  expect((await client.post('/v1/charges', charge(), { key: 'one, and the same' })).status).toBe(201);
});

/** Sends a charge with the header as many times as there are keys, which fetch would join itself. */
async function withKeys(keys: readonly string[]) {
  const sent = request(`${system.baseUrl}/v1/charges`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${shop.secretKey}`,
      'content-type': 'application/json',
      'idempotency-key': [...keys],
    },
  }).end(JSON.stringify(charge()));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = JSON.parse(await text(response)) as Record<string, unknown>;
  return { status: response.statusCode, body };
}

test('a key belongs to one tenant and one endpoint', async () => {
  const client = system.as(shop.secretKey);
  const neighbour = await system.openShop('Neighbour');
  const mine = await client.post('/v1/charges', charge({ capture_method: 'manual' }), { key: 'shared' });
  const theirs = await system
    .as(neighbour.secretKey)
    .post('/v1/charges', charge({ capture_method: 'manual' }), { key: 'shared' });
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(theirs.body['id']).not.toBe(mine.body['id']);
  expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  const id = String(mine.body['id']);
  await system.report(shop.tenant, id, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: false, capturedMinor: 0n },
  });
  const captured = await client.post(`/v1/charges/${id}/capture`, {}, { key: 'shared' });
  expect([captured.status, captured.headers.get('idempotent-replayed')]).toEqual([200, null]);
  // The same charge, the same body, another command.
  const canceled = await client.post(`/v1/charges/${id}/cancel`, {}, { key: 'shared' });
  expect([canceled.status, canceled.body['code']]).toEqual([409, 'capture_in_progress']);
});

test('the same key on another target is refused, and nothing is made', async () => {
  const client = system.as(shop.secretKey);
  const ids: string[] = [];
  for (const key of ['target-1', 'target-2']) {
    const made = await client.post('/v1/charges', charge({ capture_method: 'manual' }), { key });
    const id = String(made.body['id']);
    ids.push(id);
    await system.report(shop.tenant, id, {
      operation: 'payment',
      outcome: { kind: 'authorized', pspReference: `pi_${key}`, captured: false, capturedMinor: 0n },
    });
  }
  const before = await eventsOf('CaptureRequested');
  const [one, other] = ids;
  const first = await client.post(`/v1/charges/${one ?? ''}/capture`, {}, { key: 'captured-once' });
  expect(first.status).toBe(200);
  for (const target of [other, 'ch_0000000000000000000000000z']) {
    const reused = await client.post(`/v1/charges/${target ?? ''}/capture`, {}, { key: 'captured-once' });
    expect([reused.status, reused.body['code']]).toEqual([422, 'idempotency_key_reused']);
  }
  const again = await client.post(`/v1/charges/${one ?? ''}/capture`, {}, { key: 'captured-once' });
  expect([again.status, again.text]).toEqual([200, first.text]);
  expect(await eventsOf('CaptureRequested')).toBe(before + 1);
});

test('a hundred at once with one key make one charge, and every retry gets its answer', async () => {
  const client = system.as(shop.secretKey);
  const before = await eventsOf('ChargeCreated');
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => client.post('/v1/charges', charge(), { key: 'storm' })),
  );
  const made = answers.filter(({ status }) => status === 201);
  const turnedAway = answers.filter(({ status }) => status === 409);
  expect(made.length + turnedAway.length).toBe(100);
  expect(new Set(made.map(({ text }) => text)).size).toBe(1);
  for (const { body, headers } of turnedAway) {
    expect(body['code']).toBe('idempotency_key_in_flight');
    expect(headers.get('retry-after')).toBe('1');
  }
  expect((await eventsOf('ChargeCreated')) - before).toBe(1);
  const retry = await client.post('/v1/charges', charge(), { key: 'storm' });
  expect(retry.text).toBe(made[0]?.text);
});

test('a key that is being worked on is refused until its answer is there', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let arrived = (): void => undefined;
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const slow = await startSystem({
    aroundJournal: (journal) => ({
      ...journal,
      async append(append) {
        arrived();
        await gate;
        return journal.append(append);
      },
    }),
  });
  try {
    const client = slow.as((await slow.openShop()).secretKey);
    const first = client.post('/v1/charges', charge(), { key: 'k' });
    await reached;
    const second = await client.post('/v1/charges', charge(), { key: 'k' });
    expect([second.status, second.body['code'], second.headers.get('retry-after')]).toEqual([
      409,
      'idempotency_key_in_flight',
      '1',
    ]);
    release();
    expect((await first).status).toBe(201);
    const third = await client.post('/v1/charges', charge(), { key: 'k' });
    expect([third.status, third.text]).toEqual([201, (await first).text]);
  } finally {
    release();
    await slow.stop();
  }
});

test.each(['/v1/charges', '/v1/charges/ch_x/capture', '/v1/charges/ch_x/cancel', '/v1/refunds'])(
  'POST %s needs a key',
  async (path) => {
    const body = path === '/v1/charges' ? charge() : path === '/v1/refunds' ? { charge: 'ch_x' } : {};
    const answer = await system.as(shop.secretKey).post(path, body, { key: null });
    expect([answer.status, answer.body['code']]).toEqual([400, 'idempotency_key_missing']);
  },
);

test('a key has 1 to 255 printable ASCII characters', async () => {
  const client = system.as(shop.secretKey);
  for (const key of ['', 'x'.repeat(256), 'caf\u00e9', 'a\tb']) {
    const answer = await client.post('/v1/charges', charge(), { key });
    expect([key.length, answer.status, answer.body['code']]).toEqual([
      key.length,
      400,
      'idempotency_key_invalid',
    ]);
  }
  const longest = await client.post('/v1/charges', charge(), { key: 'y'.repeat(255) });
  expect(longest.status).toBe(201);
});

test('a refusal is not kept: the same key may be sent again, corrected', async () => {
  const client = system.as(shop.secretKey);
  const bad = await client.post('/v1/charges', charge({ amount: 0 }), { key: 'corrected' });
  expect(bad.status).toBe(400);
  const good = await client.post('/v1/charges', charge(), { key: 'corrected' });
  expect(good.status).toBe(201);
});

test('capture, cancel and refund are replayed too', async () => {
  const client = system.as(shop.secretKey);
  const created = await client.post('/v1/charges', charge());
  const id = String(created.body['id']);
  await system.report(shop.tenant, id, {
    operation: 'payment',
    outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n },
  });
  const refund = { charge: id, amount: 500 };
  const first = await client.post('/v1/refunds', refund, { key: 'refund-1' });
  const second = await client.post('/v1/refunds', refund, { key: 'refund-1' });
  expect([first.status, second.status, second.headers.get('idempotent-replayed')]).toEqual([
    201,
    201,
    'true',
  ]);
  expect(second.text).toBe(first.text);
  const history = await system.dependencies.payments.history(shop.tenant, id as ChargeId);
  expect(history.filter(({ type }) => type === 'RefundRequested')).toHaveLength(1);
});
