import { DeadLetter, PspUnavailable, RetryLater } from '../../../../src/core/ports';
import { eur } from '../../../support/charges';
import { createBench } from './payments-bench';

type Bench = ReturnType<typeof createBench>;

/** A charge that its card declined, and the job that ends its payment at the PSP. */
async function declined(bench: Bench, captureMethod: 'automatic' | 'manual' = 'automatic') {
  const chargeId = await bench.charge('tok_chargeDeclined', captureMethod);
  await bench.work(await bench.named('authorize-at-psp'));
  const { status, pspReference } = await bench.find(chargeId);
  if (status !== 'failed' || pspReference === null) throw new Error(`the charge is ${status}`);
  return { chargeId, pspReference, end: await bench.named('end-at-psp') };
}

const statusAtPsp = (bench: Bench) => [...bench.psp.payments()].map(({ status }) => status.kind);

test('a payment that failed is ended at the PSP, so that nobody can pay it any more', async () => {
  const bench = createBench();
  const { chargeId, pspReference, end } = await declined(bench);
  await bench.work(end);
  expect(statusAtPsp(bench)).toEqual(['canceled']);
  expect(() => bench.psp.payAgain(pspReference)).toThrow();
  await bench.work(end, 2);
  expect(await bench.find(chargeId)).toMatchObject({ status: 'failed' });
  expect(await bench.jobs()).toEqual([]);
});

test('also after 3-D Secure failed', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_threeDSecure2Required');
  await bench.work(await bench.one());
  const { pspReference } = await bench.find(chargeId);
  bench.psp.decide(pspReference ?? '', 'fail');
  await bench.work(await bench.named('follow-up-payment'));
  expect((await bench.find(chargeId)).status).toBe('failed');
  await bench.work(await bench.named('end-at-psp'));
  expect(statusAtPsp(bench)).toEqual(['canceled']);
});

test('what the payer paid first, with another card, is booked, and may be refunded', async () => {
  const bench = createBench();
  const { chargeId, pspReference, end } = await declined(bench);
  bench.psp.payAgain(pspReference);
  await bench.work(end);
  expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(1000) });
  await bench.refund(chargeId, 1000);
  await bench.work(await bench.named('refund-at-psp'));
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ status: 'succeeded' }]);
});

test('with manual capture, what the payer paid first is released: nobody waits for a hold', async () => {
  const bench = createBench();
  const { chargeId, pspReference, end } = await declined(bench, 'manual');
  bench.psp.payAgain(pspReference);
  expect(statusAtPsp(bench)).toEqual(['held']);
  await bench.work(end);
  expect(statusAtPsp(bench)).toEqual(['canceled']);
  expect(await bench.find(chargeId)).toMatchObject({ status: 'failed', captured: eur(0) });
});

test('a notice about a payment of a charge that failed books what was taken, and releases what is held', async () => {
  for (const [captureMethod, status] of [
    ['automatic', 'succeeded'],
    ['manual', 'failed'],
  ] as const) {
    const bench = createBench();
    const { chargeId, pspReference, end } = await declined(bench, captureMethod);
    bench.psp.payAgain(pspReference);
    await bench.work({ ...end, name: 'apply-psp-notice' });
    expect((await bench.find(chargeId)).status).toBe(status);
    expect(statusAtPsp(bench)).not.toContain('held');
  }
});

test('the end is asked for until the PSP has answered', async () => {
  const bench = createBench();
  const { end } = await declined(bench);
  bench.psp.cancel = () => Promise.reject(new PspUnavailable('away'));
  await expect(bench.work(end)).rejects.toThrow(RetryLater);
  bench.psp.cancel = () => Promise.resolve({ kind: 'unknown', reason: 'timeout' });
  await expect(bench.work(end, 2)).rejects.toThrow(RetryLater);
});

test('a charge that failed before the PSP made a payment has nothing to end', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_visa');
  const failure = { code: 'payment_token_invalid', message: 'There is no such payment token.' };
  bench.psp.authorize = () => Promise.resolve({ kind: 'failed', failure });
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).status).toBe('failed');
  expect(await bench.jobs()).toEqual([]);
});

describe('an answer about other money', () => {
  test.each([
    ['amount', { amountMinor: 999n, currency: 'EUR' }, '999 EUR'],
    ['currency', { amountMinor: 1000n, currency: 'USD' }, '1000 USD'],
  ] as const)(
    'with another %s is a dead letter with both values, and books nothing',
    async (_what, amount, shown) => {
      const bench = createBench();
      const chargeId = await bench.charge('tok_visa', 'manual');
      await bench.work(await bench.named('authorize-at-psp'));
      const [payment] = bench.psp.payments();
      Object.assign(payment ?? {}, { amount });
      await bench.capture(chargeId, 400);
      const job = await bench.named('capture-at-psp');
      const working = bench.work(job);
      await expect(working).rejects.toThrow(DeadLetter);
      await expect(working).rejects.toThrow('provider_contradiction');
      await expect(working).rejects.toThrow(shown);
      await expect(working).rejects.toThrow('1000 EUR');
      expect(await bench.find(chargeId)).toMatchObject({
        captured: eur(0),
        captures: [{ status: 'pending' }],
      });
    },
  );
});
