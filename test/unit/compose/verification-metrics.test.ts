import { Registry } from 'prom-client';
import { registerVerification } from '../../../src/operations/metrics/verification-metrics';
import type { VerificationRound } from '../../../src/verification/watch';

const round = (outcome: VerificationRound['outcome']): VerificationRound => ({
  outcome,
  isWhole: true,
  endedAtMs: 1_790_000_000_000,
  durationMs: 1_500,
  position: 42,
  told: 'told',
});

test('says nothing about the books before a round has looked at them', async () => {
  const registry = new Registry();
  const ended = registerVerification(registry);
  expect(await registry.metrics()).not.toMatch(/^fincore_verification_(sound|ended|duration|position)/m);
  expect(await registry.metrics()).toContain('fincore_verification_rounds_total{outcome="fault"} 0');
  ended(round('failed'));
  expect(await registry.metrics()).not.toMatch(/^fincore_verification_sound/m);
  expect(await registry.metrics()).toContain('fincore_verification_rounds_total{outcome="failed"} 1');
});

test.each([
  ['sound', 1],
  ['fault', 0],
] as const)(
  'a round that found the books in the state "%s" sets %i, until another one looks',
  async (outcome, value) => {
    const registry = new Registry();
    const ended = registerVerification(registry);
    ended(round(outcome));
    ended(round(outcome));
    ended(round('failed'));
    const text = await registry.metrics();
    expect(text).toMatch(new RegExp(`^fincore_verification_sound ${String(value)}$`, 'm'));
    expect(text).toMatch(/^fincore_verification_ended_timestamp_seconds 1790000000$/m);
    expect(text).toMatch(/^fincore_verification_duration_seconds 1.5$/m);
    expect(text).toMatch(/^fincore_verification_position 42$/m);
  },
);
