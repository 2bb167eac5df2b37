import { operatorTenant, tenantOf } from '../../../src/core/kernel';
import type { AuditRefusal } from '../../../src/core/ports';
import { charge } from '../api/client';
import { countFloods } from '../../../src/runtime/count-floods';
import { createManualTimers } from '../../unit/runtime/manual-timers';
import { type System, type SystemOptions, startSystem } from '../api/memory-system';

let system: System;
let refusals: AuditRefusal[];
async function start(options: SystemOptions = {}) {
  refusals = [];
  system = await startSystem({
    ...options,
    change: (dependencies) => ({
      ...(options.change?.(dependencies) ?? dependencies),
      auditLog: {
        record: (refusal) => void refusals.push(refusal),
        close: () => Promise.resolve(),
      },
    }),
  });
  return system.openShop();
}
afterEach(() => system.stop());

test('a refusal is recorded for the side of the key that asked, the operator’s for the operator, a stranger’s for nobody', async () => {
  const shop = await start();
  const unknown = '/v1/charges/ch_00000000000000000000000000';
  for (const credential of [shop.secretKey, shop.liveSecretKey, 'sk_test_guess'])
    await system.as(credential).get(unknown);
  await system.operator.get('/v1/merchants/mer_00000000000000000000000000');
  const live = tenantOf(shop.tenant.slice(0, -'_test'.length) as Parameters<typeof tenantOf>[0], true);
  expect(refusals.map(({ tenant, outcome, code }) => [tenant, outcome, code])).toEqual([
    [shop.tenant, 'refused', 'charge_not_found'],
    [live, 'refused', 'charge_not_found'],
    [null, 'denied', 'credential_invalid'],
    [operatorTenant, 'refused', 'merchant_not_found'],
  ]);
});

test('a defect fills no audit, and the audit gets a refusal by a limit as such', async () => {
  const shop = await start({
    limits: { perCredentialPerSecond: 2, anonymousPerMinute: 1 },
    change: (dependencies) => ({ ...dependencies, clock: () => 1_000 }),
    aroundJournal: (journal) => ({
      ...journal,
      append: () => Promise.reject(new Error('a defect of the test')),
    }),
  });
  const client = system.as(shop.secretKey);
  expect((await client.post('/v1/charges', charge())).status).toBe(500);
  expect((await client.get('/v1/charges?limit=0')).status).toBe(400);
  for (let n = 0; n < 3; n += 1) expect((await client.get('/v1/charges')).status).toBe(429);
  for (const status of [401, 429, 429])
    expect((await system.anonymous.get('/v1/charges')).status).toBe(status);
  expect(refusals.map(({ code }) => code)).toEqual([
    'parameter_invalid',
    ...Array.from({ length: 3 }, () => 'rate_limited'),
    'credential_missing',
    'rate_limited',
    'rate_limited',
  ]);
});

test('3,000 notices without a signature are a few entries of the audit, and the others stand in two with their count', async () => {
  const { startTimer } = createManualTimers();
  let close = (): Promise<void> => Promise.resolve();
  system = await startSystem({
    limits: { anonymousPerMinute: 120 },
    change(dependencies) {
      const auditLog = countFloods(dependencies.auditLog, { startTimer });
      close = () => auditLog.close();
      return { ...dependencies, auditLog };
    },
  });
  const statuses = new Map<number, number>();
  for (let n = 0; n < 60; n += 1)
    for (const { status } of await Promise.all(
      Array.from({ length: 50 }, () => system.anonymous.post('/v1/psp/stripe/webhooks', '{}', { key: null })),
    ))
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect(Object.fromEntries(statuses)).toEqual({ 400: 120, 429: 2_880 });
  await close();
  const { rows } = await system.audit.queries.list({ kind: 'everything' }, {}, { limit: 100 });
  const counts = rows.map((entry) => (entry.outcome === 'done' ? 0 : entry.count));
  expect(counts.toSorted((one, other) => other - one)).toEqual([
    2_880,
    110,
    ...Array.from({ length: 10 }, () => 1),
  ]);
});
