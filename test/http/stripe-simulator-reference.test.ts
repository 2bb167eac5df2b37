import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { faultKinds, readFaultRule } from '../../simulators/stripe/faults/fault-rule';
import { defaults } from '../../simulators/stripe/options';
import { settingsOf } from '../../simulators/stripe/settings';
import { apiVersion } from '../../simulators/stripe/wire/api-version';

const reference = readFileSync('docs/reference/stripe-simulator.md', 'utf8');

test('the reference names the API version, which is the one that the official client pins', () => {
  expect(apiVersion).toBe(Stripe.API_VERSION);
  expect(reference).toContain(`\`${apiVersion}\``);
});

test('the reference has a row for each setting, with its default', () => {
  const rows = [...reference.matchAll(/^\| `(STRIPE_SIMULATOR_\w+)` \| (\w+) \|/gm)].map(
    ([, name, value]) => [name, value],
  );
  const refused = settingsOf({ STRIPE_SIMULATOR_POTR: '1' });
  const allowed = refused.ok ? '' : refused.problems.join().split('allowed are ')[1];
  expect(rows.map(([name]) => name).sort()).toEqual(allowed?.slice(0, -1).split(', ').sort());
  expect(Object.fromEntries(rows)).toMatchObject({
    STRIPE_SIMULATOR_WEBHOOK_RETRY_BASE_MS: String(defaults.webhookRetryBaseMs),
    STRIPE_SIMULATOR_REFUND_SETTLEMENT_DELAY_MS: String(defaults.refundSettlementDelayMs),
    STRIPE_SIMULATOR_IDEMPOTENCY_TTL_MS: String(defaults.idempotencyTtlMs),
    STRIPE_SIMULATOR_COMPACTION_BYTES: String(defaults.compactionBytes),
  });
});

test('the reference has a row for each fault, with the defaults of its figures', () => {
  const table = reference.slice(reference.indexOf('| kind |'));
  for (const kind of faultKinds) {
    const row = new RegExp(`^\\| \`${kind}\` \\|.*$`, 'm').exec(table)?.[0] ?? '';
    expect(row).not.toBe('');
    const { kind: _kind, rate, seed, ...figures } = readFaultRule({ kind });
    expect([rate, seed]).toEqual([1, 1]);
    for (const [name, value] of Object.entries(figures))
      expect(row).toContain(`\`${name}\` (${JSON.stringify(value)}`);
  }
});
