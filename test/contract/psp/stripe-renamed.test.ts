import { createStripeGateway, type StripeGateway } from '../../../src/adapters/psp/stripe/gateway';
import { authorization, authorized, captureOf, refundOf } from './case-setting';
import { type StripeUnderTest, openStripe } from './stripe-under-test';

let psp: StripeUnderTest;
let renamed: StripeGateway;
beforeAll(async () => {
  psp = await openStripe();
  renamed = createStripeGateway({
    secretKey: 'sk_test_pspGatewayContract',
    installation: 'inst_renamed',
    webhookSecrets: [],
    returnUrl: 'http://127.0.0.1/after-3ds',
    host: '127.0.0.1',
    port: psp.network.port,
    protocol: 'http',
    timeoutMs: 2_000,
    maxConnections: 8,
  });
});
afterAll(async () => {
  renamed.close();
  await psp.close();
});

describe('after FINCORE_INSTALLATION has changed', () => {
  test('a refund that is asked for again is the one that took place', async () => {
    const request = authorization();
    const refund = refundOf(request, await authorized(psp.gateway, request));
    const first = await psp.gateway.refund(refund);
    expect(await renamed.refund(refund)).toEqual(first);
    expect(await renamed.findRefund({ ...refund, refundReference: null })).toEqual(first);
    expect(await renamed.listRefunds(refund)).toMatchObject([{ refundId: refund.refundId }]);
  });

  test('a payment that is asked for again, or withdrawn, is the one that came first', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp.gateway, request);
    const first = { kind: 'authorized', pspReference, captured: false };
    expect(await renamed.authorize(request)).toMatchObject(first);
    expect(await renamed.withdraw(request)).toMatchObject(first);
    expect(await renamed.findPayment({ payment: request })).toMatchObject({ outcome: first });
    expect(await psp.chargesOf(request.chargeId)).toBe(1);
  });

  test('a capture that is asked for again is the one that took place', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const capture = captureOf(request, await authorized(psp.gateway, request));
    expect(await psp.gateway.capture(capture)).toEqual({ kind: 'captured' });
    expect(await renamed.capture(capture)).toEqual({ kind: 'captured' });
  });
});
