import { Registry } from 'prom-client';
import { createTrafficMetrics } from '../../../src/operations/metrics/traffic-metrics';
import { operatorTenant } from '../../../src/core/kernel';
import { type AppendOutcome, type Journal, PspUnavailable, toStream } from '../../../src/core/ports';

const appended: AppendOutcome = { kind: 'appended', versions: [1], position: 1, recordedAt: 1 };

function counting(outcome: AppendOutcome = appended) {
  const registry = new Registry();
  const traffic = createTrafficMetrics(registry);
  const journal = traffic.journal({
    append: () => Promise.resolve(outcome),
    readStream: () => Promise.resolve([]),
    findAnswer: () => Promise.resolve(null),
  } satisfies Partial<Journal> as unknown as Journal);
  const record = (type: string, data = {}) =>
    journal.append(
      toStream({
        tenant: operatorTenant,
        stream: 'charge-1',
        expectedVersion: 0,
        events: [{ type, schemaVersion: 1, data }],
        metadata: { actor: 'test', correlationId: 'c' },
      }),
    );
  const lines = async (name: string) =>
    (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'));
  return { traffic, record, lines };
}

test('a failed charge is counted by the reason of its issuer, else by the code of its failure', async () => {
  const { record, lines } = counting();
  await record('ChargeFailed', {
    failure: { code: 'card_declined', declineCode: 'lost_card', message: 'm' },
  });
  await record('ChargeFailed', { failure: { code: 'expired_card', message: 'm' } });
  await record('ChargeFailed', { failure: { code: 'Not a code!', message: 'm' } });
  expect(await lines('fincore_charges_total')).toEqual([
    'fincore_charges_total{outcome="failed",decline_code="lost_card"} 1',
    'fincore_charges_total{outcome="failed",decline_code="expired_card"} 1',
    'fincore_charges_total{outcome="failed",decline_code="other"} 1',
  ]);
});

test('a hundred reasons are told apart, and the others are one', async () => {
  const { record, lines } = counting();
  for (let n = 0; n < 150; n += 1)
    await record('ChargeFailed', { failure: { code: `code_${String(n)}`, message: 'm' } });
  const counted = await lines('fincore_charges_total');
  expect(counted).toHaveLength(101);
  expect(counted).toContain('fincore_charges_total{outcome="failed",decline_code="other"} 50');
});

test('what was not written, and what says nothing about a charge, is not counted', async () => {
  const conflicting = counting({ kind: 'conflict' });
  await conflicting.record('ChargeCreated');
  const { record, lines } = counting();
  await record('MerchantCreated');
  expect([
    ...(await conflicting.lines('fincore_charges_total')),
    ...(await lines('fincore_charges_total')),
  ]).toEqual([]);
});

test('the breaker is in one state', async () => {
  const { traffic, lines } = counting();
  traffic.onBreaker('stripe', 'closed');
  traffic.onBreaker('stripe', 'open');
  expect(await lines('fincore_provider_breaker')).toEqual([
    'fincore_provider_breaker{provider="stripe",state="closed"} 0',
    'fincore_provider_breaker{provider="stripe",state="open"} 1',
    'fincore_provider_breaker{provider="stripe",state="half_open"} 0',
  ]);
});

test('a request that the provider did not take, and a defect, are outcomes too', async () => {
  const { traffic, lines } = counting();
  const failing = (error: Error) =>
    traffic.gateway({
      name: 'stripe',
      findRefund: () => Promise.reject(error),
    } as unknown as Parameters<typeof traffic.gateway>[0]);
  const query = { refundId: 're_1', pspReference: 're_2' } as never;
  await expect(failing(new PspUnavailable('busy')).findRefund(query)).rejects.toThrow('busy');
  await expect(failing(new Error('defect')).findRefund(query)).rejects.toThrow('defect');
  const counts = (await lines('fincore_provider_request_duration_seconds')).filter((line) =>
    line.includes('_count'),
  );
  expect(counts).toEqual([
    'fincore_provider_request_duration_seconds_count{provider="stripe",operation="findRefund",outcome="unavailable"} 1',
    'fincore_provider_request_duration_seconds_count{provider="stripe",operation="findRefund",outcome="error"} 1',
  ]);
});
