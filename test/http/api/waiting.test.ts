import type { CaptureId, RefundId } from '../../../src/core/kernel';
import { eventually } from '../../support/eventually';
import { charge } from './client';
import { type Shop, type System, startSystem } from './memory-system';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem();
  shop = await system.openShop();
});
afterAll(() => system.stop());

const waiting = (seconds: number | string) => ({ headers: { prefer: `wait=${String(seconds)}` } });
const paid = {
  operation: 'payment',
  outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: 1999n },
} as const;
const held = {
  operation: 'payment',
  outcome: { kind: 'authorized', pspReference: 'pi_1', captured: false, capturedMinor: 0n },
} as const;

async function newest(kind: string): Promise<Record<string, unknown>> {
  const events = await system.records.read(0, 100_000);
  return events.findLast(({ type }) => type === kind)?.data ?? {};
}

test('a create waits until the charge has settled, and its replay shows the same, whatever happened since', async () => {
  const client = system.as(shop.secretKey);
  const seen = (await system.records.head()) + 1;
  const answer = client.post('/v1/charges', charge(), { key: 'wait-1', ...waiting(20) });
  await eventually(async () => {
    expect(await system.records.head()).toBe(seen);
  });
  const id = String((await newest('ChargeCreated'))['chargeId']);
  await system.report(shop.tenant, id, paid);
  const { status, headers, body, text } = await answer;
  expect([status, body['id'], body['status'], body['amount_captured']]).toEqual([201, id, 'succeeded', 1999]);
  expect(headers.get('preference-applied')).toBe('wait=20');
  const refund = await client.post('/v1/refunds', { charge: id });
  await system.report(shop.tenant, id, {
    operation: 'refund',
    refundId: String(refund.body['id']) as RefundId,
    outcome: { kind: 'succeeded', pspReference: 're_1' },
  });
  const replay = await client.post('/v1/charges', charge(), { key: 'wait-1', ...waiting(20) });
  expect(replay.headers.get('idempotent-replayed')).toBe('true');
  expect(replay.text).toBe(text);
});

test('when the time runs out, the answer is the state as it is', async () => {
  const answer = await system.as(shop.secretKey).post('/v1/charges', charge(), waiting(1));
  expect([answer.status, answer.body['status']]).toEqual([201, 'processing']);
  expect(answer.headers.get('preference-applied')).toBe('wait=1');
});

test('a retry during the wait is not turned away: it waits for the same', async () => {
  const client = system.as(shop.secretKey);
  const seen = (await system.records.head()) + 1;
  const first = client.post('/v1/charges', charge(), { key: 'wait-2', ...waiting(20) });
  await eventually(async () => {
    expect(await system.records.head()).toBe(seen);
  });
  const second = client.post('/v1/charges', charge(), { key: 'wait-2', ...waiting(20) });
  const id = String((await newest('ChargeCreated'))['chargeId']);
  await system.report(shop.tenant, id, paid);
  const [one, two] = await Promise.all([first, second]);
  expect([one.status, two.status, two.text]).toEqual([201, 201, one.text]);
});

test('a capture waits for this capture, a cancel for its decision, also when it fails', async () => {
  const client = system.as(shop.secretKey);
  const id = String((await client.post('/v1/charges', charge({ capture_method: 'manual' }))).body['id']);
  await system.report(shop.tenant, id, held);
  let seen = (await system.records.head()) + 1;
  const capture = client.post(`/v1/charges/${id}/capture`, { amount: 500 }, waiting(20));
  await eventually(async () => {
    expect(await system.records.head()).toBe(seen);
  });
  const captureId = String((await newest('CaptureRequested'))['captureId']) as CaptureId;
  await system.report(shop.tenant, id, { operation: 'capture', captureId, outcome: { kind: 'captured' } });
  expect((await capture).body).toMatchObject({ amount_captured: 500, captures: [{ status: 'succeeded' }] });

  const failure = { code: 'processing_error', message: 'Try again.' };
  for (const outcome of [
    { kind: 'failed', failure } as const,
    { kind: 'canceled', capturedMinor: 500n } as const,
  ]) {
    seen = (await system.records.head()) + 1;
    const cancel = client.post(`/v1/charges/${id}/cancel`, undefined, waiting(20));
    await eventually(async () => {
      expect(await system.records.head()).toBe(seen);
    });
    await system.report(shop.tenant, id, { operation: 'cancel', outcome });
    const { body } = await cancel;
    const hasFailed = outcome.kind === 'failed';
    expect([body['status'], body['cancellation'], body['amount_captured']]).toEqual([
      hasFailed ? 'authorized' : 'succeeded',
      {
        reason: 'requested',
        status: hasFailed ? 'failed' : 'succeeded',
        failure: hasFailed ? { ...failure, decline_code: null } : null,
      },
      500,
    ]);
  }
});

test('a refund waits until it has succeeded or failed', async () => {
  const client = system.as(shop.secretKey);
  const id = String((await client.post('/v1/charges', charge())).body['id']);
  await system.report(shop.tenant, id, paid);
  const seen = (await system.records.head()) + 1;
  const asked100 = { charge: id, amount: 100 };
  const refund = client.post('/v1/refunds', asked100, { key: 'wait-refund', ...waiting(20) });
  await eventually(async () => {
    expect(await system.records.head()).toBe(seen);
  });
  const refundId = String((await newest('RefundRequested'))['refundId']) as RefundId;
  const failure = { code: 'declined', message: 'No.' };
  await system.report(shop.tenant, id, {
    operation: 'refund',
    refundId,
    outcome: { kind: 'failed', failure },
  });
  const { status, body, headers } = await refund;
  expect([status, body['status'], headers.get('preference-applied')]).toEqual([201, 'failed', 'wait=20']);
  expect(body['failure']).toEqual({ code: 'declined', decline_code: null, message: 'No.' });
  // A retry waits for the refund that was made, not for one of its own, which nobody will ever decide.
  const asked = Date.now();
  const replay = await client.post('/v1/refunds', asked100, { key: 'wait-refund', ...waiting(20) });
  expect([replay.body['id'], replay.body['status']]).toEqual([refundId, 'failed']);
  expect(Date.now() - asked).toBeLessThan(15_000);
});

test.each([
  ['wait=0', 400],
  ['wait=-1', 400],
  ['wait=1.5', 400],
  ['wait=soon', 400],
  ['wait', 400],
  ['respond-async', 201],
])('Prefer: %s answers %i', async (prefer, status) => {
  const answer = await system.as(shop.secretKey).post('/v1/charges', charge(), { headers: { prefer } });
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.body['code']).toBe('preference_invalid');
  else expect(answer.headers.get('preference-applied')).toBeNull();
});

test.each(['3600', '9'.repeat(20), '9'.repeat(400)])(
  'a wish of %s seconds is cut to the bound',
  async (wish) => {
    const client = system.as(shop.secretKey);
    const key = `cut-${wish}`.slice(0, 40);
    const created = await client.post('/v1/charges', charge(), { key });
    await system.report(shop.tenant, String(created.body['id']), paid);
    const replay = await client.post('/v1/charges', charge(), { key, ...waiting(wish) });
    expect(replay.headers.get('preference-applied')).toBe('wait=30');
  },
);

test('when too many wait, the answer is given at once', async () => {
  const full = await startSystem({ limits: { maxWaiting: 0 } });
  try {
    const answer = await full
      .as((await full.openShop()).secretKey)
      .post('/v1/charges', charge(), waiting(20));
    expect([answer.status, answer.body['status'], answer.headers.get('preference-applied')]).toEqual([
      201,
      'processing',
      null,
    ]);
  } finally {
    await full.stop();
  }
});
