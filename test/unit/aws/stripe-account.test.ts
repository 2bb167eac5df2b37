import Stripe from 'stripe';
import { createMemorySecretStore } from '../../../src/adapters/memory/secret-store';
import { openStripeAccount } from '../../../src/compose/aws/stripe-account';
import { dropPoints } from '../../../src/operations/stage-verification/verify-and-measure';
import { tenantOf, type MerchantId } from '../../../src/core/kernel';

const secretName = 'stripe';
const merchant = 'mer_00000000000000000000000001' as MerchantId;
const secret = (key: string, webhook: string) => JSON.stringify({ secret_key: key, webhook_secret: webhook });
const open = (secrets: ReturnType<typeof createMemorySecretStore>) =>
  openStripeAccount({
    secrets,
    secretName,
    settings: {
      installation: 'inst_1',
      timeoutMs: 1_000,
      maxConnections: 1,
      returnUrl: 'https://pay.example.com/',
    },
  });

/** What the account makes of a notice that was signed with this secret just now. */
function verdictOf(account: Awaited<ReturnType<typeof open>>, webhookSecret: string): string {
  const payload = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'customer.created',
    data: { object: {} },
  });
  const nowMs = Date.now();
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: webhookSecret,
    timestamp: Math.floor(nowMs / 1_000),
  });
  return account.gateway.verifyNotice({ rawBody: Buffer.from(payload), signature, nowMs }).kind;
}

test('a rotated secret is taken up without a restart, the one before stays good, the one before that does not', async () => {
  const secrets = createMemorySecretStore({ [secretName]: secret('sk_test_00000001', 'whsec_00000001') });
  const account = await open(secrets);
  const verdicts = () =>
    ['whsec_00000001', 'whsec_00000002', 'whsec_00000003'].map((one) => verdictOf(account, one));
  try {
    expect(verdicts()).toEqual(['irrelevant', 'rejected', 'rejected']);
    secrets.rotate(secretName, secret('sk_test_00000002', 'whsec_00000002'));
    await account.refresh();
    expect(verdicts()).toEqual(['irrelevant', 'irrelevant', 'rejected']);
    secrets.rotate(secretName, secret('sk_test_00000003', 'whsec_00000003'));
    await account.refresh();
    expect(verdicts()).toEqual(['rejected', 'irrelevant', 'irrelevant']);
  } finally {
    account.close();
  }
});

test('a key of the other side is refused, before and after the start', async () => {
  const secrets = createMemorySecretStore({ [secretName]: secret('sk_test_00000001', 'whsec_00000001') });
  const account = await open(secrets);
  try {
    expect(() => account.gatewayFor(tenantOf(merchant, false), 'adyen')).toThrow(
      'the provider adyen is not configured here; stripe is',
    );
    expect(() => account.gatewayFor(tenantOf(merchant, true), 'stripe')).toThrow('the key in stripe is test');
    secrets.rotate(secretName, secret('sk_live_00000002', 'whsec_00000002'));
    await expect(account.refresh()).rejects.toThrow('rotated from test to the other side');
  } finally {
    account.close();
  }
});

test.each(['no JSON', '{}', secret('key', 'whsec_00000001'), secret('sk_test_00000001', 'secret')])(
  'a secret of another form is refused by name, and not shown: %s',
  async (value) => {
    const opening = open(createMemorySecretStore({ [secretName]: value }));
    await expect(opening).rejects.toThrow('The secret stripe is not what Stripe needs');
    await expect(opening).rejects.not.toThrow(value);
  },
);

test('a drop of approvals counts only when there are enough decisions', () => {
  const day = { approved: 900, declined: 100 };
  expect(dropPoints(day, { approved: 14, declined: 6 })).toBeCloseTo(20);
  expect(dropPoints(day, { approved: 0, declined: 19 })).toBe(0);
  expect(dropPoints(day, { approved: 20, declined: 0 })).toBe(0);
});
