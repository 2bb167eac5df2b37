import { eventually } from '../../support/eventually';
import { type AuthorizeRequest, PspContradiction, type RefundAtPspRequest } from '../../../src/core/ports';
import { authorization, authorized, captureOf, eur, refundOf } from './case-setting';
import type { PspUnderTest } from './psp-under-test';

const found = (refund: RefundAtPspRequest) => ({ ...refund, refundReference: null });

export function refundCases(psp: () => PspUnderTest): void {
  async function paid(
    paymentToken = 'tok_visa',
  ): Promise<{ request: AuthorizeRequest; pspReference: string }> {
    const request = authorization({ paymentToken });
    return { request, pspReference: await authorized(psp().gateway, request) };
  }
  const refundedMinor = async (payment: AuthorizeRequest) => {
    const found = await psp().gateway.findPayment({ payment });
    const pspReference = found?.outcome.pspReference ?? '';
    const refunds = await psp().gateway.listRefunds({ payment, pspReference });
    return refunds
      .filter(({ outcome }) => outcome.kind !== 'failed')
      .reduce((total, { amountMinor }) => total + amountMinor, 0n);
  };

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

  test('a key reused for another amount refunds nothing more, and is a contradiction', async () => {
    const { request, pspReference } = await paid();
    const part = refundOf(request, pspReference, { amount: eur(100) });
    await psp().gateway.refund(part);
    const other = psp().gateway.refund({ ...part, amount: eur(200) });
    await expect(other).rejects.toThrow(PspContradiction);
    await expect(other).rejects.toThrow('100 EUR');
    expect(await refundedMinor(request)).toBe(100n);
  });

  test('a key reused with other notes of ours is the refund that took place', async () => {
    const { request, pspReference } = await paid();
    const part = refundOf(request, pspReference, { amount: eur(100), correlationId: 'one' });
    const first = await psp().gateway.refund(part);
    expect(await psp().gateway.refund({ ...part, correlationId: 'other' })).toEqual(first);
    expect(await refundedMinor(request)).toBe(100n);
  });

  test('finds a refund by its id among the others of the payment', async () => {
    const { request, pspReference } = await paid();
    const one = refundOf(request, pspReference, { amount: eur(100) });
    const other = refundOf(request, pspReference, { amount: eur(200) });
    await psp().gateway.refund(one);
    const outcome = await psp().gateway.refund(other);
    expect(await psp().gateway.findRefund(found(other))).toEqual(outcome);
    expect(await psp().gateway.findRefund(found(refundOf(request, pspReference)))).toBeNull();
  });

  test('a pending refund succeeds later', async () => {
    const { request, pspReference } = await paid('tok_pendingRefund');
    const refund = refundOf(request, pspReference);
    const first = await psp().gateway.refund(refund);
    expect(first).toEqual({ kind: 'pending', pspReference: expect.any(String) as string });
    await psp().settleRefunds();
    await eventually(async () =>
      expect(await psp().gateway.findRefund(found(refund))).toEqual({ ...first, kind: 'succeeded' }),
    );
  });

  test('a refund can fail after it had succeeded, and the money can be refunded again', async () => {
    const { request, pspReference } = await paid('tok_refundFail');
    const refund = refundOf(request, pspReference);
    expect(await psp().gateway.refund(refund)).toMatchObject({ kind: 'succeeded' });
    await psp().settleRefunds();
    await eventually(async () =>
      expect(await psp().gateway.findRefund(found(refund))).toMatchObject({
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

  test('every refund of the payment is listed, also one that was made at the PSP itself, and only what was given back', async () => {
    const request = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp().gateway, request);
    await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(600) }));
    const ours = refundOf(request, pspReference, { amount: eur(100) });
    await psp().gateway.refund(ours);
    await psp().refundByHand(pspReference, 200n);
    const listed = await psp().gateway.listRefunds({ payment: request, pspReference });
    const expected = [
      { refundId: ours.refundId, amountMinor: 100n, outcome: { kind: 'succeeded' } },
      { refundId: null, amountMinor: 200n, outcome: { kind: 'succeeded' } },
    ];
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(
      expect.arrayContaining(
        expected.map(
          (one) =>
            expect.objectContaining({
              ...one,
              outcome: expect.objectContaining(one.outcome) as object,
            }) as object,
        ),
      ),
    );
    const byHand = listed.find(({ refundId }) => refundId === null);
    const asked = { ...ours, amount: eur(200), refundReference: byHand?.pspReference ?? '' };
    expect(await psp().gateway.findRefund(asked)).toEqual(byHand?.outcome);
    await expect(psp().gateway.findRefund({ ...asked, amount: eur(201) })).rejects.toThrow(PspContradiction);
  });

  test('a refund that somebody made first leaves nothing to refund', async () => {
    const { request, pspReference } = await paid();
    await psp().refundByHand(pspReference, 1000n);
    expect(await psp().gateway.refund(refundOf(request, pspReference))).toMatchObject({
      kind: 'failed',
      failure: { code: 'already_refunded' },
    });
  });
}
