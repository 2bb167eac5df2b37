import { authorization, captureOf, cancellationOf, eur } from './case-setting';
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
      expect(await psp().gateway.authorize(request)).toEqual({
        kind: 'authorized',
        pspReference: expect.any(String) as string,
        captured: true,
        capturedMinor: 1000n,
      });
      expect(await psp().chargesOf(request.chargeId)).toBe(1);
      expect(await psp().gateway.findPayment(request)).toMatchObject({
        capturedMinor: 1000n,
        refundedMinor: 0n,
      });
    },
  );

  test('a manual payment is held and not captured', async () => {
    const request = authorization({ captureMethod: 'manual' });
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'authorized', captured: false });
    expect(await psp().gateway.findPayment(request)).toMatchObject({
      outcome: { kind: 'authorized', captured: false },
      capturedMinor: 0n,
    });
  });

  test.each(declines)('%s fails with %s (%s)', async (paymentToken, code, declineCode) => {
    const request = authorization({ paymentToken });
    const outcome = await psp().gateway.authorize(request);
    expect(outcome).toEqual({
      kind: 'failed',
      pspReference: expect.any(String) as string,
      failure: { code, declineCode, message: expect.stringMatching(/\w/) as string },
    });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    expect(await psp().gateway.findPayment(request)).toMatchObject({
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
    expect(await psp().gateway.authorize({ ...request, amount: eur(2000) })).toEqual(first);
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('the payer is sent to a page, and pays after having confirmed there', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    expect(outcome.nextAction.kind).toBe('redirect');
    expect(new URL(outcome.nextAction.url).protocol).toMatch(/^https?:$/);
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    await psp().authenticate(outcome.pspReference, 'succeed');
    expect(await psp().gateway.findPayment(request)).toMatchObject({
      outcome: { kind: 'authorized', pspReference: outcome.pspReference, captured: true },
      capturedMinor: 1000n,
    });
  });

  test('a payer who does not confirm does not pay', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    await psp().authenticate(outcome.pspReference, 'fail');
    expect(await psp().gateway.findPayment(request)).toMatchObject({
      outcome: { kind: 'failed', failure: { code: 'authentication_failed' } },
    });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
  });

  test('a payment that waits for the payer can be canceled', async () => {
    const request = authorization({ paymentToken: 'tok_threeDSecure2Required' });
    const outcome = await psp().gateway.authorize(request);
    if (outcome.kind !== 'action_required') throw new Error(JSON.stringify(outcome));
    expect(await psp().gateway.cancel(cancellationOf(outcome.pspReference))).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
    expect(await psp().gateway.capture(captureOf(outcome.pspReference))).toMatchObject({ kind: 'failed' });
  });
}
