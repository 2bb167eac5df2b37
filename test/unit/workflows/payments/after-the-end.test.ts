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

describe('a payment that the PSP makes after the charge is over here, and that no notice tells of, is ended there', () => {
  const lateMs = 25 * 60 * 60_000;

  /** A charge that was withdrawn while a request for its payment is under way, which the PSP takes a day late. */
  async function late(paymentToken: string, captureMethod: 'automatic' | 'manual' = 'manual') {
    const bench = createBench();
    const chargeId = await bench.charge(paymentToken, captureMethod);
    const authorize = await bench.named('authorize-at-psp');
    const ask = bench.psp.authorize.bind(bench.psp);
    bench.psp.authorize = async (request) => {
      await bench.cancel(chargeId);
      await bench.work(await bench.named('cancel-at-psp'));
      expect((await bench.find(chargeId)).status).toBe('canceled');
      bench.advance(lateMs);
      return ask(request);
    };
    return { bench, chargeId, authorize, ask };
  }

  test.each([
    ['held', 'tok_visa'],
    ['waiting for its payer', 'tok_threeDSecure2Required'],
    ['declined, so that its payer can still pay it', 'tok_chargeDeclined'],
  ])('%s', async (_what, paymentToken) => {
    const { bench, chargeId, authorize } = await late(paymentToken);
    await bench.work(authorize);
    expect(statusAtPsp(bench)).toEqual(['canceled', 'canceled']);
    expect((await bench.find(chargeId)).status).toBe('canceled');
  });

  test('not decided: it is looked at until it is', async () => {
    const { bench, chargeId, authorize, ask } = await late('tok_hesitates');
    await expect(bench.work(authorize)).rejects.toThrow(RetryLater);
    const undecided = [...bench.psp.payments()].find(({ status }) => status.kind === 'undecided');
    bench.psp.authorize = ask;
    bench.psp.findPayment = () =>
      Promise.resolve({
        outcome: {
          kind: 'authorized',
          pspReference: undecided?.reference ?? '',
          captured: false,
          capturedMinor: 0n,
        },
        capturedMinor: 0n,
      });
    bench.psp.decide(undecided?.reference ?? '', 'succeed');
    await bench.work(authorize, 2);
    expect(statusAtPsp(bench)).toEqual(['canceled', 'canceled']);
    expect((await bench.find(chargeId)).status).toBe('canceled');
  });

  test('taken: it is booked, and the charge has succeeded', async () => {
    const { bench, chargeId, authorize } = await late('tok_visa', 'automatic');
    await bench.work(authorize);
    expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(1000) });
  });

  test.each(['authorize-at-psp', 'resolve-payment', 'follow-up-payment', 'cancel-at-psp'] as const)(
    'when the worker that was answered died: by the next attempt of its job (%s)',
    async (name) => {
      const bench = createBench();
      const chargeId = await bench.charge('tok_visa', 'manual');
      const authorize = await bench.named('authorize-at-psp');
      await bench.cancel(chargeId);
      await bench.work(await bench.named('cancel-at-psp'));
      bench.advance(lateMs);
      await bench.psp.authorize({
        tenant: bench.tenant,
        chargeId,
        amount: eur(1000),
        createdAt: 1,
        paymentToken: 'tok_visa',
        captureMethod: 'manual',
        idempotencyKey: `${chargeId}:authorize`,
      });
      expect(statusAtPsp(bench)).toEqual(['canceled', 'held']);
      await bench.work({ ...authorize, name }, 2);
      expect(statusAtPsp(bench)).toEqual(['canceled', 'canceled']);
    },
  );
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
