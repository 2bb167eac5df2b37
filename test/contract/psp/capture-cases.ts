import type { AuthorizeRequest } from '../../../src/core/ports';
import { authorization, authorized, cancellationOf, captureOf, eur } from './case-setting';
import type { PspUnderTest } from './psp-under-test';

export function captureCases(psp: () => PspUnderTest): void {
  async function held(): Promise<{ request: AuthorizeRequest; pspReference: string }> {
    const request = authorization({ captureMethod: 'manual' });
    return { request, pspReference: await authorized(psp().gateway, request) };
  }
  const capturedMinor = async (request: AuthorizeRequest) =>
    (await psp().gateway.findPayment({ payment: request }))?.capturedMinor;

  test('captures all that is held', async () => {
    const { request, pspReference } = await held();
    expect(await psp().gateway.capture(captureOf(request, pspReference))).toEqual({ kind: 'captured' });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: true },
      capturedMinor: 1000n,
    });
  });

  test('a final capture of a part releases the rest', async () => {
    const { request, pspReference } = await held();
    expect(await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(400) }))).toEqual({
      kind: 'captured',
    });
    expect(await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(600) }))).toMatchObject(
      {
        kind: 'failed',
        failure: { code: 'already_captured' },
      },
    );
    expect(await capturedMinor(request)).toBe(400n);
  });

  test('captures in several parts, up to the whole', async () => {
    const { request, pspReference } = await held();
    const part = (amountMinor: number) =>
      captureOf(request, pspReference, { amount: eur(amountMinor), final: false });
    expect(await psp().gateway.capture(part(300))).toEqual({ kind: 'captured' });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: false },
      capturedMinor: 300n,
    });
    expect(await psp().gateway.capture(part(701))).toMatchObject({
      kind: 'failed',
      failure: { code: 'amount_too_large' },
    });
    expect(await psp().gateway.capture(part(700))).toEqual({ kind: 'captured' });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'authorized', captured: true },
      capturedMinor: 1000n,
    });
  });

  test('the same key captures once', async () => {
    const { request, pspReference } = await held();
    const part = captureOf(request, pspReference, { amount: eur(300), final: false });
    expect(await psp().gateway.capture(part)).toEqual({ kind: 'captured' });
    expect(await psp().gateway.capture(part)).toEqual({ kind: 'captured' });
    expect(await capturedMinor(request)).toBe(300n);
  });

  test('a key reused for another amount captures nothing more and tells that the first capture took place', async () => {
    const { request, pspReference } = await held();
    const part = captureOf(request, pspReference, { amount: eur(300), final: false });
    await psp().gateway.capture(part);
    expect(await psp().gateway.capture({ ...part, amount: eur(200) })).toEqual({ kind: 'captured' });
    expect(await capturedMinor(request)).toBe(300n);
  });

  test('a capture under a reused key, with another capture since, did not fail', async () => {
    const { request, pspReference } = await held();
    const first = captureOf(request, pspReference, { amount: eur(300), final: false });
    await psp().gateway.capture(first);
    await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(200), final: false }));
    const { kind } = await psp().gateway.capture({ ...first, amount: eur(100) });
    expect(['captured', 'unknown']).toContain(kind);
    expect(await capturedMinor(request)).toBe(500n);
  });

  test('cancels what is held', async () => {
    const { request, pspReference } = await held();
    expect(await psp().gateway.cancel(cancellationOf(request, pspReference))).toEqual({
      kind: 'canceled',
      capturedMinor: 0n,
    });
    expect(await psp().gateway.findPayment({ payment: request })).toMatchObject({
      outcome: { kind: 'canceled', pspReference },
      capturedMinor: 0n,
    });
    expect(await psp().chargesOf(request.chargeId)).toBe(0);
  });

  test('what is canceled already is canceled, also under another key', async () => {
    const { request, pspReference } = await held();
    await psp().gateway.cancel(cancellationOf(request, pspReference));
    const again = { payment: request, pspReference, idempotencyKey: `${pspReference}:again` };
    expect(await psp().gateway.cancel(again)).toEqual({ kind: 'canceled', capturedMinor: 0n });
  });

  test('what is captured in full cannot be canceled', async () => {
    const request = authorization();
    const pspReference = await authorized(psp().gateway, request);
    expect(await psp().gateway.cancel(cancellationOf(request, pspReference))).toMatchObject({
      kind: 'failed',
      failure: { code: 'already_captured' },
    });
    expect(await capturedMinor(request)).toBe(1000n);
  });

  test('a canceled payment cannot be captured', async () => {
    const { request, pspReference } = await held();
    await psp().gateway.cancel(cancellationOf(request, pspReference));
    expect(await psp().gateway.capture(captureOf(request, pspReference))).toMatchObject({
      kind: 'failed',
      failure: { code: 'already_canceled' },
    });
  });

  test('canceling after a part was captured releases the rest and keeps the part', async () => {
    const { request, pspReference } = await held();
    await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(300), final: false }));
    expect(await psp().gateway.cancel(cancellationOf(request, pspReference))).toEqual({
      kind: 'canceled',
      capturedMinor: 300n,
    });
    expect(await capturedMinor(request)).toBe(300n);
    expect(await psp().gateway.capture(captureOf(request, pspReference, { amount: eur(100) }))).toMatchObject(
      {
        kind: 'failed',
      },
    );
  });

  test('a payment that the PSP does not know can be neither captured nor canceled', async () => {
    expect(await psp().gateway.capture(captureOf(authorization(), 'pi_unknown'))).toMatchObject({
      kind: 'failed',
    });
    expect(await psp().gateway.cancel(cancellationOf(authorization(), 'pi_unknown'))).toMatchObject({
      kind: 'failed',
    });
  });
}
