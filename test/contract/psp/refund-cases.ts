import { eventually } from '../../support/eventually';
import type { AuthorizeRequest } from '../../../src/core/ports';
import { authorization, authorized, eur, refundOf } from './case-setting';
import type { PspUnderTest } from './psp-under-test';

export function refundCases(psp: () => PspUnderTest): void {
  async function paid(
    paymentToken = 'tok_visa',
  ): Promise<{ request: AuthorizeRequest; pspReference: string }> {
    const request = authorization({ paymentToken });
    return { request, pspReference: await authorized(psp().gateway, request) };
  }
  const refundedMinor = async (request: AuthorizeRequest) =>
    (await psp().gateway.findPayment(request))?.refundedMinor;

  test('refunds in full', async () => {
    const { request, pspReference } = await paid();
    expect(await psp().gateway.refund(refundOf(request, pspReference))).toEqual({
      kind: 'succeeded',
      pspReference: expect.any(String) as string,
    });
    expect(await refundedMinor(request)).toBe(1000n);
  });

  test('refunds in parts, never more than was captured', async () => {
    const { request, pspReference } = await paid();
    const part = (amountMinor: number) => refundOf(request, pspReference, { amount: eur(amountMinor) });
    expect(await psp().gateway.refund(part(400))).toMatchObject({ kind: 'succeeded' });
    expect(await psp().gateway.refund(part(601))).toMatchObject({
      kind: 'failed',
      failure: { code: 'amount_too_large' },
    });
    expect(await psp().gateway.refund(part(600))).toMatchObject({ kind: 'succeeded' });
    expect(await psp().gateway.refund(part(1))).toMatchObject({
      kind: 'failed',
      failure: { code: 'already_refunded' },
    });
    expect(await refundedMinor(request)).toBe(1000n);
  });

  test('the same key refunds once', async () => {
    const { request, pspReference } = await paid();
    const part = refundOf(request, pspReference, { amount: eur(100) });
    const first = await psp().gateway.refund(part);
    expect(await psp().gateway.refund(part)).toEqual(first);
    expect(await refundedMinor(request)).toBe(100n);
  });

  test('a refund asked for again under another key, when nothing is left, is the refund that took place', async () => {
    const { request, pspReference } = await paid();
    const whole = refundOf(request, pspReference);
    const first = await psp().gateway.refund(whole);
    expect(await psp().gateway.refund({ ...whole, idempotencyKey: `${whole.idempotencyKey}:later` })).toEqual(
      first,
    );
    expect(await refundedMinor(request)).toBe(1000n);
  });

  test('a key reused for another amount refunds nothing more and tells what the first request came to', async () => {
    const { request, pspReference } = await paid();
    const part = refundOf(request, pspReference, { amount: eur(100) });
    const first = await psp().gateway.refund(part);
    expect(await psp().gateway.refund({ ...part, amount: eur(200) })).toEqual(first);
    expect(await refundedMinor(request)).toBe(100n);
  });

  test('finds a refund by its id among the others of the payment', async () => {
    const { request, pspReference } = await paid();
    const one = refundOf(request, pspReference, { amount: eur(100) });
    const other = refundOf(request, pspReference, { amount: eur(200) });
    await psp().gateway.refund(one);
    const outcome = await psp().gateway.refund(other);
    expect(await psp().gateway.findRefund(other)).toEqual(outcome);
    expect(await psp().gateway.findRefund(refundOf(request, pspReference))).toBeNull();
  });

  test('a pending refund succeeds later', async () => {
    const { request, pspReference } = await paid('tok_pendingRefund');
    const refund = refundOf(request, pspReference);
    const first = await psp().gateway.refund(refund);
    expect(first).toEqual({ kind: 'pending', pspReference: expect.any(String) as string });
    await psp().settleRefunds();
    await eventually(async () =>
      expect(await psp().gateway.findRefund(refund)).toEqual({ ...first, kind: 'succeeded' }),
    );
  });

  test('a refund can fail after it had succeeded, and the money can be refunded again', async () => {
    const { request, pspReference } = await paid('tok_refundFail');
    const refund = refundOf(request, pspReference);
    expect(await psp().gateway.refund(refund)).toMatchObject({ kind: 'succeeded' });
    await psp().settleRefunds();
    await eventually(async () =>
      expect(await psp().gateway.findRefund(refund)).toMatchObject({
        kind: 'failed',
        failure: { code: 'refund_failed' },
      }),
    );
    expect(await refundedMinor(request)).toBe(0n);
  });

  test('what is held and not captured cannot be refunded', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp().gateway, request);
    expect(await psp().gateway.refund(refundOf(request, pspReference))).toMatchObject({ kind: 'failed' });
  });
}
