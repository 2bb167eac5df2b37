import { startStripeSimulator } from '../../../simulators/stripe/index';
import { CommandRefused } from '../../../src/configuration/command-refused';
import { parseConfiguration } from '../../../src/configuration/configuration';
import { Registry } from 'prom-client';
import { createTrafficMetrics } from '../../../src/operations/metrics/traffic-metrics';
import { createFailpoints } from '../../../src/operations/process/failpoints';
import { openPsp } from '../../../src/compose/psp';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';

const merchant = 'mer_00000000000000000000000001' as MerchantId;

/** @param port where Stripe answers; nothing listens on port 9, so that Stripe cannot be reached there */
async function pspWith(side: 'test' | 'live', port = 9, tell: (line: string) => void = () => undefined) {
  const parsed = parseConfiguration({
    FINCORE_PSP: 'stripe',
    STRIPE_SECRET_KEY: ['sk', side, 'x'.repeat(24)].join('_'),
    STRIPE_WEBHOOK_SECRETS: ['whsec', 'x'.repeat(24)].join('_'),
    FINCORE_PUBLIC_URL: 'https://pay.example.com',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return openPsp({
    configuration: parsed.value,
    secrets: {
      installation: 'inst_1',
      simulatorKey: '',
      sealingKey: 'key',
      webhookEndpoints: [],
      operatorKey: '',
    },
    simulatorProgram: '',
    publicBaseUrl: 'https://pay.example.com',
    tell,
    stripeAddress: { host: '127.0.0.1', port, protocol: 'http' },
    log: { warn: () => undefined },
    failpoints: createFailpoints(undefined),
    traffic: createTrafficMetrics(new Registry()),
    inTurn: (work) => work(),
  });
}

test.each(['test', 'live'] as const)(
  'an account of the %s side serves no tenant of the other',
  async (side) => {
    const psp = await pspWith(side);
    const own = tenantOf(merchant, side === 'live');
    const other = tenantOf(merchant, side !== 'live');
    expect(psp.gatewayFor(own, 'stripe').name).toBe('stripe');
    expect(() => psp.gatewayFor(other, 'stripe')).toThrow(
      `${other} has no provider: the configured key is ${side}`,
    );
    expect(() => psp.gatewayFor(own, 'adyen')).toThrow(
      'the provider adyen is not configured here; stripe is',
    );
    await psp.stop();
  },
);

test('a key that Stripe refuses ends the start, and Stripe out of reach does not', async () => {
  const simulator = await startStripeSimulator({ dataDir: null });
  try {
    const told: string[] = [];
    await (await pspWith('test', simulator.port, (line) => told.push(line))).stop();
    expect(told).toEqual([]);
    const refused = pspWith('live', simulator.port);
    await expect(refused).rejects.toThrow(CommandRefused);
    await expect(refused).rejects.toThrow('Stripe refuses the key of STRIPE_SECRET_KEY');
    await (await pspWith('live', 9, (line) => told.push(line))).stop();
    expect(told.join()).toContain('Stripe did not say whether it knows the key');
  } finally {
    await simulator.stop();
  }
});
