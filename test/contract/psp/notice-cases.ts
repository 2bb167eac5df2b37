import { eventually } from '../../support/eventually';
import type { ChargeId } from '../../../src/core/kernel';
import type { PspNotice } from '../../../src/core/ports';
import { authorization, authorized, cancellationOf, captureOf, refundOf, tenant } from './case-setting';
import type { PspUnderTest, ReceivedNotice } from './psp-under-test';

const toleranceMs = 300_000;

export function noticeCases(psp: () => PspUnderTest): void {
  const verdictOn = ({ rawBody, signature }: ReceivedNotice, nowMs = Date.now()) =>
    psp().gateway.verifyNotice({ rawBody, signature, nowMs });

  function noticesOf(chargeId: ChargeId): readonly PspNotice[] {
    return psp()
      .notices()
      .map((received) => verdictOn(received))
      .flatMap((verdict) => (verdict.kind === 'notice' ? [verdict.notice] : []))
      .filter((notice) => notice.chargeId === chargeId);
  }
  const typesOf = (chargeId: ChargeId) => noticesOf(chargeId).map(({ type }) => type);

  /** Any notice that the PSP has sent. */
  const received = (): Promise<ReceivedNotice> =>
    eventually(() => {
      const [first] = psp().notices();
      if (first === undefined) throw new Error('no notice has come yet');
      return first;
    });

  test('the PSP tells of a payment, and whose it is', async () => {
    const request = authorization();
    await psp().gateway.authorize(request);
    await eventually(() => expect(typesOf(request.chargeId)).toContain('payment_intent.succeeded'));
    const [notice] = noticesOf(request.chargeId);
    expect(notice).toMatchObject({
      tenant,
      chargeId: request.chargeId,
      eventId: expect.stringMatching(/^evt_/) as string,
    });
  });

  test.each([
    ['tok_chargeDeclined', 'payment_intent.payment_failed'],
    ['tok_threeDSecure2Required', 'payment_intent.requires_action'],
  ])('the PSP tells of %s as %s', async (paymentToken, type) => {
    const request = authorization({ paymentToken });
    await psp().gateway.authorize(request);
    await eventually(() => expect(typesOf(request.chargeId)).toContain(type));
  });

  test('the PSP tells of an authorization, a capture and a cancellation', async () => {
    const captured = authorization({ captureMethod: 'manual' });
    await psp().gateway.capture(captureOf(captured, await authorized(psp().gateway, captured)));
    const canceled = authorization({ captureMethod: 'manual' });
    const pspReference = await authorized(psp().gateway, canceled);
    await psp().gateway.cancel(cancellationOf(canceled, pspReference));
    await eventually(() => {
      expect(typesOf(captured.chargeId)).toEqual(
        expect.arrayContaining(['payment_intent.amount_capturable_updated', 'payment_intent.succeeded']),
      );
      expect(typesOf(canceled.chargeId)).toContain('payment_intent.canceled');
    });
  });

  test('a notice that no money was taken says so', async () => {
    const declined = authorization({ paymentToken: 'tok_chargeDeclined' });
    await psp().gateway.authorize(declined);
    const paid = authorization();
    await psp().gateway.authorize(paid);
    await eventually(() => {
      expect(noticesOf(declined.chargeId).map(({ concerns }) => concerns)).toContain('end');
      expect(noticesOf(paid.chargeId).map(({ concerns }) => concerns)).toContain(undefined);
    });
    expect(noticesOf(paid.chargeId).map(({ concerns }) => concerns)).not.toContain('end');
  });

  test('money given back at the PSP itself is told by its charge', async () => {
    const request = authorization();
    await psp().refundByHand(await authorized(psp().gateway, request), 100n);
    await eventually(() =>
      expect(noticesOf(request.chargeId)).toContainEqual(
        expect.objectContaining({ type: 'charge.refunded', concerns: 'refunds' }),
      ),
    );
  });

  test('the PSP tells of a refund, and which it is', async () => {
    const request = authorization();
    const refund = refundOf(request, await authorized(psp().gateway, request));
    await psp().gateway.refund(refund);
    await eventually(() =>
      expect(noticesOf(request.chargeId)).toContainEqual(
        expect.objectContaining({ type: 'refund.created', refundId: refund.refundId }),
      ),
    );
  });

  test('every notice of one payment has an id of its own', async () => {
    const request = authorization();
    const refund = refundOf(request, await authorized(psp().gateway, request));
    await psp().gateway.refund(refund);
    const ids = await eventually(() => {
      const known = noticesOf(request.chargeId).map(({ eventId }) => eventId);
      expect(known.length).toBeGreaterThan(1);
      return known;
    });
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a notice without a signature, or with a wrong one, is rejected', async () => {
    const { rawBody, signature } = await received();
    const nowMs = Date.now();
    const verify = (changed: string | undefined) =>
      psp().gateway.verifyNotice({ rawBody, signature: changed, nowMs });
    expect(verify(undefined)).toEqual({ kind: 'rejected', reason: 'signature_missing' });
    expect(verify('')).toEqual({ kind: 'rejected', reason: 'signature_missing' });
    expect(verify('nonsense')).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
    const altered = signature.slice(0, -1) + (signature.endsWith('0') ? '1' : '0');
    expect(verify(altered)).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
  });

  test('one altered byte of the body, or the same JSON written differently, is rejected', async () => {
    const notice = await received();
    const alteredByte = Buffer.from(notice.rawBody);
    alteredByte[5] = (alteredByte[5] ?? 0) ^ 1;
    const rewritten = Buffer.from(`${notice.rawBody.toString()}\n`);
    for (const rawBody of [alteredByte, rewritten, Buffer.alloc(0)])
      expect(verdictOn({ ...notice, rawBody })).toEqual({ kind: 'rejected', reason: 'signature_invalid' });
  });

  test('a notice is accepted for five minutes, and rejected when older or from the future', async () => {
    const notice = await received();
    const outside = { kind: 'rejected', reason: 'timestamp_outside_tolerance' };
    const nowMs = Date.now();
    expect(verdictOn(notice, nowMs + toleranceMs + 60_000)).toEqual(outside);
    expect(verdictOn(notice, nowMs - toleranceMs - 60_000)).toEqual(outside);
    expect(verdictOn(notice, nowMs + toleranceMs - 120_000).kind).not.toBe('rejected');
    expect(verdictOn(notice, nowMs - toleranceMs + 120_000).kind).not.toBe('rejected');
  });
}
