import type { Answer } from '../api/client';
import { systemsOfEachTest } from '../api/memory-system';
import { keyFor, routesOf } from './routes';

const start = systemsOfEachTest();

function expectLimited(name: string, answer: Answer | undefined): void {
  expect([name, answer?.status, answer?.body['code']]).toEqual([name, 429, 'rate_limited']);
  expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

test('over the limit every route with a credential is 429 with Retry-After', async () => {
  const system = await start({ limits: { perCredentialPerSecond: 1 } });
  const guarded = routesOf(system).filter(({ opensTo }) => opensTo.length > 0);
  expect(guarded.length).toBeGreaterThan(20);
  for (const route of guarded) {
    const { secretKey } = await system.openShop();
    const key = keyFor(route, { secret: secretKey, operator: system.operatorKey });
    const body = route.method === 'POST' ? { body: {} } : {};
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => system.as(key).call(route.method, route.path, body)),
    );
    expectLimited(
      route.name,
      answers.find(({ status }) => status === 429),
    );
  }
});

test('a spoofed X-Forwarded-For is the same bucket, with a credential and without', async () => {
  const system = await start({ limits: { anonymousPerMinute: 2, perCredentialPerSecond: 2 } });
  const { secretKey } = await system.openShop();
  const spoofed = (n: number) => ({
    'x-forwarded-for': `203.0.113.${String(n)}`,
    'x-real-ip': `203.0.113.${String(n)}`,
    forwarded: `for=203.0.113.${String(n)}`,
    'true-client-ip': `203.0.113.${String(n)}`,
  });
  const known = await Promise.all(
    Array.from({ length: 6 }, (_, n) => system.as(secretKey).get('/v1/charges', spoofed(n))),
  );
  expectLimited(
    'with a credential',
    known.find(({ status }) => status === 429),
  );
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const answer = await system.anonymous.get('/v1/charges', spoofed(n));
    statuses.push(answer.status);
    if (answer.status === 429) expectLimited('without a credential', answer);
  }
  expect(statuses).toEqual([401, 401, 429, 429, 429]);
});
