import type { AuditRefusal } from '../../../src/core/ports';
import { countFloods } from '../../../src/runtime/count-floods';
import { createManualTimers } from './manual-timers';

const refusal = (n: number, change: Partial<AuditRefusal> = {}): AuditRefusal => ({
  tenant: null,
  actor: 'anonymous',
  action: 'ReceiveStripeNotice',
  subject: null,
  outcome: 'refused',
  code: 'signature_invalid',
  requestId: `req_${String(n)}`,
  clientAddress: '192.0.2.1',
  occurredAt: n,
  ...change,
});

function counting(options: { readonly kindLimit?: number } = {}) {
  const written: AuditRefusal[] = [];
  const timers = createManualTimers();
  let isClosed = false;
  const log = countFloods(
    {
      record: (kept) => void written.push(kept),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    },
    { startTimer: timers.startTimer, entriesPerWindow: 3, windowMs: 60_000, ...options },
  );
  return { log, written, timers, isClosed: () => isClosed };
}

const shown = (written: readonly AuditRefusal[]) =>
  written.map(({ requestId, count = 1 }) => [requestId, count]);

test('the first of a kind are entries of their own, and a flood of it is one entry with its count', () => {
  const { log, written, timers } = counting();
  for (let n = 1; n <= 3_000; n += 1) log.record(refusal(n));
  expect(shown(written)).toEqual([
    ['req_1', 1],
    ['req_2', 1],
    ['req_3', 1],
  ]);
  expect(timers.delays()).toEqual([60_000]);
  timers.fire();
  expect(shown(written).at(-1)).toEqual(['req_3000', 2_997]);
  log.record(refusal(3_001));
  expect(shown(written).at(-1)).toEqual(['req_3001', 1]);
});

test('a window in which nothing was counted ends without an entry', () => {
  const { log, written, timers } = counting();
  log.record(refusal(1));
  timers.fire();
  expect(shown(written)).toEqual([['req_1', 1]]);
});

test.each([
  ['tenant', { tenant: 'mer_1_test' as AuditRefusal['tenant'] }],
  ['actor', { actor: 'key_1' }],
  ['action', { action: 'CreateCharge' }],
  ['outcome', { outcome: 'denied' }],
  ['code', { code: 'signature_missing' }],
  ['address', { clientAddress: '192.0.2.2' }],
] as const)('another %s is another kind', (_name, change) => {
  const { log, written } = counting();
  for (let n = 1; n <= 10; n += 1) log.record(refusal(n));
  log.record(refusal(11, change));
  expect(shown(written).at(-1)).toEqual(['req_11', 1]);
});

test('the entry of a flood names its subject only where all had the same', () => {
  const { log, written, timers } = counting();
  for (let n = 1; n <= 5; n += 1) log.record(refusal(n, { subject: 'ch_1' }));
  timers.fire();
  for (let n = 1; n <= 5; n += 1) log.record(refusal(n, { subject: `ch_${String(n)}` }));
  timers.fire();
  expect(written.filter(({ count = 1 }) => count > 1).map(({ subject }) => subject)).toEqual(['ch_1', null]);
});

test('refusals for too many requests are one entry, however few they are', () => {
  const { log, written, timers } = counting();
  for (let n = 1; n <= 4; n += 1) log.record(refusal(n, { code: 'rate_limited' }));
  expect(written).toEqual([]);
  timers.fire();
  expect(shown(written)).toEqual([['req_4', 4]]);
});

test('beyond the kinds that are counted at once the oldest window ends early', () => {
  const { log, written, timers } = counting({ kindLimit: 2 });
  for (let n = 1; n <= 5; n += 1) log.record(refusal(n));
  for (const address of ['192.0.2.2', '192.0.2.3']) log.record(refusal(9, { clientAddress: address }));
  expect(shown(written)).toContainEqual(['req_5', 2]);
  expect(timers.delays()).toHaveLength(2);
});

test('a close writes what was counted before it closes the log, and stops the timers', async () => {
  const { log, written, timers, isClosed } = counting();
  for (let n = 1; n <= 5; n += 1) log.record(refusal(n));
  await log.close();
  expect(shown(written).at(-1)).toEqual(['req_5', 2]);
  expect([isClosed(), timers.delays()]).toEqual([true, []]);
});
