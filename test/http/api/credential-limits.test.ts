import { createMemoryRateCounter } from '../../../src/adapters/memory/rate-counter';
import { CacheUnavailable, type RateCounter } from '../../../src/core/ports';
import type { Client } from './client';
import { systemsOfEachTest } from './memory-system';

const start = systemsOfEachTest();

async function statusesOf(client: Client, count: number, path = '/v1/charges'): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await client.get(path)).status);
  return statuses;
}

test('a credential has just as many requests in a second as it is allowed', async () => {
  let nowMs = 1_000;
  const system = await start({
    limits: { perCredentialPerSecond: 3 },
    change: (dependencies) => ({ ...dependencies, clock: () => nowMs }),
  });
  const client = system.as((await system.openShop()).secretKey);
  expect(await statusesOf(client, 5)).toEqual([200, 200, 200, 429, 429]);
  nowMs += 1_000;
  expect(await statusesOf(client, 4)).toEqual([200, 200, 200, 429]);
});

test('what a credential may not do counts as much as what it may, wherever it is counted', async () => {
  const clock = () => 1_000;
  for (const rateCounter of [undefined, createMemoryRateCounter({ clock, size: 10 })]) {
    const system = await start({
      limits: { perCredentialPerSecond: 2 },
      change: (dependencies) => ({
        ...dependencies,
        clock,
        ...(rateCounter === undefined ? {} : { rateCounter }),
      }),
    });
    const client = system.as((await system.openShop()).secretKey);
    expect(await statusesOf(client, 3, '/v1/merchants')).toEqual([403, 403, 429]);
    expect(await statusesOf(client, 1)).toEqual([429]);
  }
});

test('a key that is revoked is a stranger from then on, and counts against its address', async () => {
  const system = await start({ limits: { anonymousPerMinute: 2 } });
  const { merchantId, secretKey } = await system.openShop();
  const client = system.as(secretKey);
  expect(await statusesOf(client, 1)).toEqual([200]);
  const { body } = await system.operator.get(`/v1/merchants/${merchantId}`);
  for (const { id } of body['keys'] as { id: string }[])
    await system.operator.post(`/v1/merchants/${merchantId}/keys/${id}/revoke`, {});
  expect(await statusesOf(client, 5)).toEqual([401, 401, 429, 429, 429]);
});

test('processes that share a counter allow a credential as much as one; a counter that is gone ends no request', async () => {
  const counter = createMemoryRateCounter({ clock: () => 1_000, size: 10 });
  const buckets = new Set<string>();
  let isGone = false;
  const rateCounter: RateCounter = {
    hit(bucket, windowMs) {
      if (isGone) return Promise.reject(new CacheUnavailable('the counter is gone'));
      buckets.add(bucket);
      return counter.hit(bucket, windowMs);
    },
  };
  const system = await start({
    limits: { perCredentialPerSecond: 3 },
    change: (dependencies) => ({ ...dependencies, clock: () => 1_000, rateCounter }),
  });
  const client = system.as((await system.openShop()).secretKey);
  expect((await client.get('/v1/charges')).status).toBe(200);
  // Another process counts the same credential.
  for (const bucket of buckets) for (let n = 0; n < 3; n += 1) await counter.hit(bucket, 1_000);
  expect(await client.get('/v1/charges')).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  isGone = true;
  expect(await statusesOf(client, 4)).toEqual([200, 200, 200, 429]);
});
