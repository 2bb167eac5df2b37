import { type ChargeId, type RefundId, money } from '../../../../src/core/kernel';
import { DeadLetter, PspUnavailable } from '../../../../src/core/ports';
import { keyMemoryMs } from '../../../../src/workflows/payments/charge-job';
import { eur } from '../../../support/charges';
import { createBench } from './payments-bench';

const hourMs = 60 * 60_000;
/** Longer than any PSP remembers a key: anyone who asks again after it moves money again. */
const forgottenMs = keyMemoryMs + 5 * hourMs;

type Bench = ReturnType<typeof createBench>;

const captured = (bench: Bench) => bench.psp.totals().get('EUR')?.capturedMinor;
const refunded = (bench: Bench) => bench.psp.totals().get('EUR')?.refundedMinor;

async function succeeded(bench: Bench): Promise<ChargeId> {
  const chargeId = await bench.charge();
  await bench.work(await bench.one());
  return chargeId;
}

async function referenceOf(bench: Bench, chargeId: ChargeId): Promise<string> {
  const { status, pspReference } = await bench.find(chargeId);
  if (pspReference === null) throw new Error(`the charge is ${status}`);
  return pspReference;
}

describe('a job that comes again long after its work is decided moves nothing', () => {
  test('a capture', async () => {
    const bench = createBench();
    const { chargeId } = await bench.held();
    await bench.capture(chargeId, 400);
    const job = await bench.one();
    await bench.work(job);
    bench.advance(forgottenMs);
    await bench.work(job, 2);
    expect(captured(bench)).toBe(400n);
  });

  test('a refund that has succeeded', async () => {
    const bench = createBench();
    const chargeId = await succeeded(bench);
    await bench.refund(chargeId, 300);
    const job = await bench.one();
    await bench.work(job);
    bench.advance(forgottenMs);
    bench.psp.findRefund = () => Promise.resolve(null);
    await bench.work(job, 2);
    expect(refunded(bench)).toBe(300n);
  });

  test('a refund that the PSP refused', async () => {
    const bench = createBench();
    const chargeId = await succeeded(bench);
    await bench.refund(chargeId, 300);
    const job = await bench.one();
    const refund = bench.psp.refund.bind(bench.psp);
    const failure = { code: 'balance_insufficient', message: 'There is nothing to pay it from.' };
    bench.psp.refund = () => Promise.resolve({ kind: 'failed', failure });
    await bench.work(job);
    bench.psp.refund = refund;
    bench.advance(forgottenMs);
    await bench.work(job, 2);
    expect((await bench.find(chargeId)).refunds).toMatchObject([{ status: 'failed' }]);
    expect(refunded(bench)).toBe(0n);
  });

  test('a refund that the PSP has taken and not yet decided', async () => {
    const bench = createBench();
    const chargeId = await bench.charge('tok_pendingRefund');
    await bench.work(await bench.one());
    await bench.refund(chargeId, 300);
    const [job] = await bench.jobs();
    if (job === undefined) throw new Error('a refund asks for a job');
    await bench.work(job);
    expect((await bench.find(chargeId)).refunds).toMatchObject([{ status: 'pending' }]);
    bench.advance(forgottenMs);
    bench.psp.findRefund = () => Promise.resolve(null);
    await bench.work(job, 2);
    expect(refunded(bench)).toBe(300n);
  });
});

describe('each operation has a key of its own', () => {
  test('two refunds of one charge over the same amount are two refunds', async () => {
    const bench = createBench();
    const chargeId = await succeeded(bench);
    await bench.refund(chargeId, 300);
    await bench.work(await bench.named('refund-at-psp'));
    await bench.refund(chargeId, 300);
    await bench.work(await bench.named('refund-at-psp'));
    expect((await bench.find(chargeId)).refunds.map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(refunded(bench)).toBe(600n);
  });

  test('two captures of one charge over the same amount are two captures', async () => {
    const bench = createBench();
    const { chargeId } = await bench.held();
    await bench.capture(chargeId, 300);
    await bench.work(await bench.one());
    await bench.capture(chargeId, 300);
    await bench.work(await bench.one());
    expect(await bench.find(chargeId)).toMatchObject({ captured: eur(600) });
    expect(captured(bench)).toBe(600n);
  });
});

describe('an answer that nobody wrote down', () => {
  /** What a worker does that dies before it records anything. */
  const refundAndDie = async (bench: Bench, chargeId: ChargeId, refundId: RefundId) =>
    bench.psp.refund({
      payment: { tenant: bench.tenant, chargeId, amount: eur(1000), createdAt: 1 },
      refundId,
      pspReference: await referenceOf(bench, chargeId),
      amount: eur(300),
      correlationId: 'c',
      idempotencyKey: `${chargeId}:refund:${refundId}`,
    });

  test('an old refund is looked up before it is asked for again, whatever the books know of it', async () => {
    const bench = createBench();
    const chargeId = await succeeded(bench);
    const refundId = await bench.refund(chargeId, 300);
    const job = await bench.one();
    await refundAndDie(bench, chargeId, refundId);
    bench.advance(forgottenMs);
    await bench.work(job, 2);
    expect((await bench.find(chargeId)).refunds).toMatchObject([{ refundId, status: 'succeeded' }]);
    expect(refunded(bench)).toBe(300n);
  });

  test.each([
    ['less than the open capture', 100],
    ['more than the open capture', 500],
  ])('an old capture of which the PSP has taken %s is left to a person', async (_, takenMinor) => {
    const bench = createBench();
    const { chargeId } = await bench.held();
    await bench.capture(chargeId, 400);
    const job = await bench.one();
    await bench.psp.capture({
      payment: { tenant: bench.tenant, chargeId, amount: eur(1000), createdAt: 1 },
      pspReference: await referenceOf(bench, chargeId),
      amount: money(BigInt(takenMinor), 'EUR'),
      final: false,
      idempotencyKey: 'somebody else',
    });
    bench.advance(forgottenMs);
    await expect(bench.work(job, 2)).rejects.toThrow(DeadLetter);
    expect(await bench.find(chargeId)).toMatchObject({ captured: eur(0), captures: [{ status: 'pending' }] });
    expect(captured(bench)).toBe(BigInt(takenMinor));
  });

  test('an old capture of a payment that the PSP does not know any more is left to a person', async () => {
    const bench = createBench();
    const { chargeId } = await bench.held();
    await bench.capture(chargeId, 400);
    const job = await bench.one();
    bench.advance(forgottenMs);
    bench.psp.findPayment = () => Promise.resolve(null);
    await expect(bench.work(job, 2)).rejects.toThrow(DeadLetter);
    expect(captured(bench)).toBe(0n);
  });
});

describe('how long the next attempt waits', () => {
  test('at least as long as the PSP asks for', async () => {
    const bench = createBench();
    await bench.charge();
    const job = await bench.one();
    const unavailable = new PspUnavailable('come back later', 7_000);
    bench.psp.authorize = () => Promise.reject(unavailable);
    await expect(bench.work(job)).rejects.toMatchObject({
      name: 'RetryLater',
      minimumDelayMs: 7_000,
      cause: unavailable,
    });
  });

  test('half a day where money is held beyond the usual seven days', async () => {
    const bench = createBench();
    const { followUp } = await bench.held();
    await expect(bench.work(followUp)).rejects.toMatchObject({
      name: 'RetryLater',
      minimumDelayMs: 12 * hourMs,
    });
  });
});
