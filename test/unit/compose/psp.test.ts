import { parseConfiguration } from '../../../src/configuration/configuration';
import { createFailpoints } from '../../../src/compose/failpoints';
import { openPsp } from '../../../src/compose/psp';
import { type MerchantId, tenantOf } from '../../../src/core/kernel';

const merchant = 'mer_00000000000000000000000001' as MerchantId;

/** Asks nobody: an account at Stripe is connected to by its first call. */
async function pspWith(side: 'test' | 'live') {
  const parsed = parseConfiguration({
    FINCORE_PSP: 'stripe',
    STRIPE_SECRET_KEY: ['sk', side, 'x'.repeat(24)].join('_'),
    STRIPE_WEBHOOK_SECRETS: ['whsec', 'x'.repeat(24)].join('_'),
    FINCORE_PUBLIC_URL: 'https://pay.example.com',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return openPsp({
    configuration: parsed.value,
    secrets: { simulatorKey: '', webhookSecrets: [], operatorKey: '' },
    simulatorProgram: '',
    publicBaseUrl: 'https://pay.example.com',
    tell: () => undefined,
    log: { warn: () => undefined },
    failpoints: createFailpoints(undefined),
    inTurn: (work) => work(),
  });
}

test.each(['test', 'live'] as const)(
  'an account of the %s side serves no tenant of the other',
  async (side) => {
    const psp = await pspWith(side);
    const own = tenantOf(merchant, side === 'live');
    const other = tenantOf(merchant, side !== 'live');
    expect(psp.gatewayFor(own, 'stripe')).toBe(psp.gateway);
    expect(() => psp.gatewayFor(other, 'stripe')).toThrow(
      `${other} has no provider: the configured key is ${side}`,
    );
    expect(() => psp.gatewayFor(own, 'adyen')).toThrow(
      'the provider adyen is not configured here; stripe is',
    );
    await psp.stop();
  },
);
