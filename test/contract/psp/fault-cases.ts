import { PspUnavailable } from '../../../src/core/ports';
import { authorization, authorized, cancellationOf, captureOf, eur, refundOf } from './case-setting';
import type { PspUnderTest, WriteFault } from './psp-under-test';

const losses: readonly WriteFault[] = ['lost_before', 'lost_after'];

export function faultCases(psp: () => PspUnderTest): void {
  test('a payment refused out of hand had no effect, and goes through under the same key', async () => {
    const request = authorization();
    psp().failNext('unavailable');
    await expect(psp().gateway.authorize(request)).rejects.toThrow(PspUnavailable);
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
    expect(await psp().gateway.findPayment({ payment: request })).toBeNull();
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'authorized' });
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('a payment whose answer was lost is unknown, found by its charge, and charged once', async () => {
    const request = authorization();
    psp().failNext('lost_after');
    expect(await psp().gateway.authorize(request)).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(/\w/) as string,
    });
    const found = await psp().gateway.findPayment({ payment: request });
    expect(found).toMatchObject({ outcome: { kind: 'authorized', captured: true }, capturedMinor: 1000n });
    expect(await psp().gateway.authorize(request)).toEqual(found?.outcome);
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('a payment that was lost on the way is unknown, not found, and charged under the same key', async () => {
    const request = authorization();
    psp().failNext('lost_before');
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'unknown' });
    expect(await psp().gateway.findPayment({ payment: request })).toBeNull();
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'authorized' });
    expect(await psp().chargesOf(request.chargeId)).toBe(1);
  });

  test('a refusal whose answer was lost is found as a failure', async () => {
    const request = authorization({ paymentToken: 'tok_chargeDeclinedInsufficientFunds' });
    psp().failNext('lost_after');
    expect(await psp().gateway.authorize(request)).toMatchObject({ kind: 'unknown' });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'failed', failure: { code: 'insufficient_funds' } },
    });
  });

  test.each(losses)('a capture that was %s is unknown, and takes place once', async (fault) => {
    const request = authorization({ captureMethod: 'manual' });
    const capture = captureOf(request, await authorized(psp().gateway, request), {
      amount: eur(300),
      final: false,
    });
    psp().failNext(fault);
    expect(await psp().gateway.capture(capture)).toMatchObject({ kind: 'unknown' });
    expect(await psp().gateway.capture(capture)).toEqual({ kind: 'captured' });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({ capturedMinor: 300n });
  });

  test.each(losses)('a cancellation that was %s is unknown, and takes place', async (fault) => {
    const request = authorization({ captureMethod: 'manual' });
    const cancellation = cancellationOf(request, await authorized(psp().gateway, request));
    psp().failNext(fault);
    expect(await psp().gateway.cancel(cancellation)).toMatchObject({ kind: 'unknown' });
    expect(await psp().gateway.cancel(cancellation)).toEqual({ kind: 'canceled', capturedMinor: 0n });
  });

  test.each(losses)('a refund that was %s is unknown, and takes place once', async (fault) => {
    const request = authorization();
    const refund = refundOf(request, await authorized(psp().gateway, request), { amount: eur(300) });
    psp().failNext(fault);
    expect(await psp().gateway.refund(refund)).toMatchObject({ kind: 'unknown' });
    const found = await psp().gateway.findRefund({ ...refund, refundReference: null });
    expect(found === null).toBe(fault === 'lost_before');
    expect(await psp().gateway.refund(refund)).toMatchObject({ kind: 'succeeded' });
    expect(await psp().gateway.listRefunds(refund)).toMatchObject([
      { refundId: refund.refundId, amountMinor: 300n, outcome: { kind: 'succeeded' } },
    ]);
  });

  test('captures, cancellations and refunds refused out of hand had no effect', async () => {
    const held = authorization({ captureMethod: 'manual' });
    const heldReference = await authorized(psp().gateway, held);
    const paid = authorization();
    const paidReference = await authorized(psp().gateway, paid);
    psp().failNext('unavailable');
    await expect(psp().gateway.capture(captureOf(held, heldReference))).rejects.toThrow(PspUnavailable);
    psp().failNext('unavailable');
    await expect(psp().gateway.cancel(cancellationOf(held, heldReference))).rejects.toThrow(PspUnavailable);
    psp().failNext('unavailable');
    await expect(psp().gateway.refund(refundOf(paid, paidReference))).rejects.toThrow(PspUnavailable);
    expect(await psp().gateway.findPayment({ payment: held })).toMatchObject({
      outcome: { kind: 'authorized', captured: false },
      capturedMinor: 0n,
    });
    expect(await psp().gateway.listRefunds({ payment: paid, pspReference: paidReference })).toEqual([]);
  });
}
