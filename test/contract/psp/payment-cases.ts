import { type TenantId, money } from '../../../src/core/kernel';
import { type PaymentTerms, PspContradiction } from '../../../src/core/ports';
import { authorization, authorized, captureOf, cancellationOf, eur } from './case-setting';
import type { PspUnderTest } from './psp-under-test';

const declines: readonly (readonly [token: string, code: string, declineCode: string])[] = [
  ['tok_chargeDeclined', 'card_declined', 'generic_decline'],
  ['tok_chargeDeclinedInsufficientFunds', 'insufficient_funds', 'insufficient_funds'],
  ['tok_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['tok_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
  ['tok_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ['tok_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
  ['tok_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds', 'insufficient_funds'],
];

export function paymentCases(psp: () => PspUnderTest): void {
  test.each(['tok_visa', 'pm_card_visa', 'pm_card_mastercard', 'tok_amex'])(
    '%s is charged and captured at once',
    async (paymentToken) => {
      const request = authorization({ paymentToken });
      expect(await psp().gateway.authorize(request)).toMatchObject({
        kind: 'authorized',
        pspReference: expect.any(String) as string,
        captured: true,
        capturedMinor: 1000n,
      });
      expect(await psp().chargesOf(request.chargeId)).toBe(1);
      expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
        capturedMinor: 1000n,
      });
    },
  );

  test('a manual payment is held and not captured', async () => {
    const request = authorization({ captureMethod: 'manual' });
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'authorized', captured: false });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: false },
      capturedMinor: 0n,
    });
  });

  test.each(declines)('%s fails with %s (%s)', async (paymentToken, code, declineCode) => {
    const request = authorization({ paymentToken });
    const outcome = await psp().gateway.authorize(request);
    expect(outcome).toMatchObject({
      kind: 'failed',
      pspReference: expect.any(String) as string,
      failure: { code, declineCode, message: expect.stringMatching(/\w/) as string },
    });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'failed', failure: { code } },
    });
  });

  test('a token that does not exist fails and charges nobody', async () => {
    const request = authorization({ paymentToken: 'tok_doesNotExist' });
    const outcome = await psp().gateway.authorize(request);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'payment_token_invalid' } });
    // Failures become events: none may keep a token.
    expect(JSON.stringify(outcome)).not.toContain('tok_doesNotExist');
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
  });

  test('the same key charges once, however often it is asked', async () => {
    const request = authorization();
    const first = await psp().gateway.authorize(request);
    expect(await psp().gateway.authorize(request)).toEqual(first);
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('a declined payment stays declined under its key', async () => {
    const request = authorization({ paymentToken: 'tok_chargeDeclined' });
    const first = await psp().gateway.authorize(request);
    expect(await psp().gateway.authorize(request)).toEqual(first);
  });

  test('a key reused for other parameters charges nothing and tells what the first request came to', async () => {
    const request = authorization();
    const first = await psp().gateway.authorize(request);
    expect(await psp().gateway.authorize({ ...request, paymentToken: 'tok_mastercard' })).toEqual(first);
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('a key reused for another amount is a contradiction, with both amounts', async () => {
    const request = authorization();
    await psp().gateway.authorize(request);
    const other = psp().gateway.authorize({ ...request, amount: eur(2000) });
    await expect(other).rejects.toThrow(PspContradiction);
    await expect(other).rejects.toThrow('2000 EUR');
    await expect(other).rejects.toThrow('1000 EUR');
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('the card is described, and no more of its number than the last four digits', async () => {
    const request = authorization();
    const outcome = await psp().gateway.authorize(request);
    const card = { brand: 'visa', last4: '4242', country: 'US', funding: 'credit' };
    expect(outcome).toMatchObject({ kind: 'authorized', card });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({ outcome: { card } });
    expect(
      JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? '' : value)),
    ).not.toMatch(/\d{6}/);
  });

  test.each([
    ['another charge', (own: PaymentTerms, other: PaymentTerms) => ({ ...own, chargeId: other.chargeId })],
    ['another amount', (own: PaymentTerms) => ({ ...own, amount: eur(999) })],
    ['another currency', (own: PaymentTerms) => ({ ...own, amount: money(1000n, 'USD') })],
    [
      'the other side of the business',
      (own: PaymentTerms) => ({ ...own, tenant: own.tenant.replace('_test', '_live') as TenantId }),
    ],
  ])(
    'a payment that is asked about as of %s is a contradiction, whatever is asked',
    async (_what, changed) => {
      const request = authorization();
      const pspReference = await authorized(psp().gateway, request);
      const payment = changed(request, authorization());
      const { gateway } = psp();
      for (const ask of [
        () => gateway.findPayment({ payment, pspReference }),
        () => gateway.cancel({ ...cancellationOf(request, pspReference), payment }),
        () => gateway.capture({ ...captureOf(request, pspReference), payment }),
      ])
        await expect(ask()).rejects.toThrow(PspContradiction);
    },
  );

  test('a payment that was never asked for is withdrawn: asked for afterwards, it takes nothing', async () => {
    const request = authorization();
    expect(await psp().gateway.withdraw(request)).toMatchObject({ kind: 'canceled' });
    expect(await psp().gateway.withdraw(request)).toMatchObject({ kind: 'canceled' });
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'canceled' });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'canceled' },
      capturedMinor: 0n,
    });
  });

  test.each([
    ['automatic', { captured: true, capturedMinor: 1000n }],
    ['manual', { captured: false, capturedMinor: 0n }],
  ] as const)('a payment that came first is told by its withdrawal (%s)', async (captureMethod, taken) => {
    const request = authorization({ captureMethod });
    const pspReference = await authorized(psp().gateway, request);
    expect(await psp().gateway.withdraw(request)).toMatchObject({
      kind: 'authorized',
      pspReference,
      ...taken,
    });
  });

  test('a payer pays a payment that failed with another card, until it is canceled', async () => {
    const declinedFirst = async () => {
      const request = authorization({ paymentToken: 'tok_chargeDeclined' });
      const outcome = await psp().gateway.authorize(request);
      if (outcome.kind !== 'failed' || outcome.pspReference === undefined)
        throw new Error(JSON.stringify(outcome));
      return { request, pspReference: outcome.pspReference };
    };
    const paid = await declinedFirst();
    await psp().payAgain(paid.pspReference);
    expect(await psp().gateway.findPayment({ payment: paid.request })).toMatchObject({
      outcome: { kind: 'authorized', captured: true },
      capturedMinor: 1000n,
    });
    const ended = await declinedFirst();
    expect(await psp().gateway.cancel(cancellationOf(ended.request, ended.pspReference))).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
    await expect(psp().payAgain(ended.pspReference)).rejects.toThrow(Error);
  });

  test('the payer is sent to a page, and pays after having confirmed there', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    expect(outcome.nextAction.kind).toBe('redirect');
    expect(new URL(outcome.nextAction.url).protocol).toMatch(/^https?:$/);
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    await psp().authenticate(outcome.pspReference, 'succeed');
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', pspReference: outcome.pspReference, captured: true },
      capturedMinor: 1000n,
    });
  });

  test('a payer who does not confirm does not pay', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    await psp().authenticate(outcome.pspReference, 'fail');
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'failed', failure: { code: 'authentication_failed' } },
    });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
  });

  test('a payment that waits for the payer can be canceled', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    expect(await psp().gateway.cancel(cancellationOf(request, outcome.pspReference))).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
    expect(await psp().gateway.capture(captureOf(request, outcome.pspReference))).toMatchObject({
      kind: 'failed',
    });
  });
}
