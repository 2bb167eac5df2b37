import { eur } from '../../../support/charges';
import { refundLooksMs } from '../../../../src/workflows/payments/refund-steps';
import { DeadLetter, RetryLater } from '../../../../src/core/ports';
import { createBench } from './payments-bench';

type Bench = ReturnType<typeof createBench>;

/** A charge of 10.00 that is paid, and what has its refunds compared, as a notice does. */
async function paid(bench: Bench, paymentToken = 'tok_visa') {
  const chargeId = await bench.charge(paymentToken);
  const authorize = await bench.one();
  await bench.work(authorize);
  const { pspReference } = await bench.find(chargeId);
  if (pspReference === null) throw new Error('the charge is paid');
  const compare = () => bench.work({ ...authorize, name: 'compare-refunds' });
  return { chargeId, pspReference, compare };
}

test('a refund made at the PSP is booked once, with its origin, and lowers what may be refunded', async () => {
  const bench = createBench();
  const { chargeId, pspReference, compare } = await paid(bench);
  bench.psp.refundByHand(pspReference, 300n);
  await Promise.all([compare(), compare()]);
  await compare();
  expect((await bench.find(chargeId)).refunds).toMatchObject([
    { origin: 'provider', status: 'succeeded', amount: eur(300) },
  ]);
  const types = (await bench.events()).map(({ type }) => type);
  expect(types.slice(-2)).toEqual(['RefundRecorded', 'RefundSucceeded']);
});

test.each([['before'], ['after']])(
  'made %s one of ours: both are booked, and nothing is a dead letter',
  async (when) => {
    const bench = createBench();
    const { chargeId, pspReference, compare } = await paid(bench);
    if (when === 'before') bench.psp.refundByHand(pspReference, 300n);
    await bench.refund(chargeId, 200);
    await bench.work(await bench.named('refund-at-psp'));
    if (when === 'after') bench.psp.refundByHand(pspReference, 300n);
    await compare();
    const { refunds } = await bench.find(chargeId);
    expect(refunds.map(({ origin, amount, status }) => [origin, amount.amountMinor, status]).sort()).toEqual([
      ['merchant', 200n, 'succeeded'],
      ['provider', 300n, 'succeeded'],
    ]);
  },
);

test('one of ours that finds nothing left fails, and what was made at the PSP is booked with it', async () => {
  const bench = createBench();
  const { chargeId, pspReference } = await paid(bench);
  bench.psp.refundByHand(pspReference, 1000n);
  await bench.refund(chargeId, 200);
  await bench.work(await bench.named('refund-at-psp'));
  expect((await bench.find(chargeId)).refunds).toMatchObject([
    { origin: 'merchant', status: 'failed', failure: { code: 'already_refunded' } },
    { origin: 'provider', status: 'succeeded', amount: eur(1000) },
  ]);
});

test('the comparison that follows a failure is repeated when it was interrupted', async () => {
  const bench = createBench();
  const { chargeId, pspReference } = await paid(bench);
  bench.psp.refundByHand(pspReference, 1000n);
  await bench.refund(chargeId, 200);
  const job = await bench.named('refund-at-psp');
  bench.next(null, 'unavailable');
  await expect(bench.work(job)).rejects.toThrow(RetryLater);
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ origin: 'merchant', status: 'failed' }]);
  await bench.work(job, 2);
  expect((await bench.find(chargeId)).refunds).toMatchObject([
    { origin: 'merchant', status: 'failed' },
    { origin: 'provider', status: 'succeeded', amount: eur(1000) },
  ]);
});

test('what a capture of a part released is no refund', async () => {
  const bench = createBench();
  const { chargeId, followUp } = await bench.held();
  const { pspReference } = await bench.find(chargeId);
  bench.psp.captureByHand(pspReference ?? '', 600n, true);
  bench.psp.refundByHand(pspReference ?? '', 100n);
  await bench.work({ ...followUp, name: 'compare-refunds' });
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'succeeded',
    captured: eur(600),
    refunds: [{ origin: 'provider', amount: eur(100) }],
  });
});

test('a refund that is heard of before the payment is: the payment is recorded first', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const authorize = await bench.one();
  bench.next('lost_after');
  await bench.work(authorize);
  const [payment] = bench.psp.payments();
  bench.psp.refundByHand(payment?.reference ?? '', 1000n);
  await bench.work({ ...authorize, name: 'compare-refunds' });
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'succeeded',
    refunds: [{ origin: 'provider', status: 'succeeded' }],
  });
});

test('one that waits at the bank is followed until it is decided', async () => {
  const bench = createBench();
  const { chargeId, pspReference, compare } = await paid(bench, 'tok_pendingRefund');
  bench.psp.refundByHand(pspReference, 300n);
  await compare();
  const followUp = await bench.named('follow-up-refund');
  await expect(bench.work(followUp)).rejects.toThrow(RetryLater);
  bench.psp.settleRefunds();
  await bench.work(followUp, 2);
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ origin: 'provider', status: 'succeeded' }]);
});

test.each(refundLooksMs.map((lookMs, index) => [index + 1, lookMs]))(
  'a refund that comes back after it had succeeded is seen by look %i, without a notice',
  async (_look, lookMs) => {
    const bench = createBench();
    const { chargeId } = await paid(bench, 'tok_refundFail');
    await bench.refund(chargeId, 300);
    await bench.work(await bench.named('refund-at-psp'));
    const followUp = await bench.named('follow-up-refund');
    expect(followUp.delayMs).toBe(refundLooksMs[0]);
    for (const earlierMs of refundLooksMs.filter((each) => each < lookMs)) {
      bench.advance(earlierMs - bench.age());
      await expect(bench.work(followUp)).rejects.toThrow(RetryLater);
    }
    bench.psp.settleRefunds();
    bench.advance(lookMs - bench.age());
    await bench.work(followUp);
    expect((await bench.find(chargeId)).refunds).toMatchObject([
      { status: 'failed', failure: { code: 'refund_failed' } },
    ]);
  },
);

test('after the bank\u2019s longest time a refund is looked at no more', async () => {
  const bench = createBench();
  const { chargeId } = await paid(bench);
  await bench.refund(chargeId, 300);
  await bench.work(await bench.named('refund-at-psp'));
  const followUp = await bench.named('follow-up-refund');
  bench.advance(refundLooksMs.at(-1) ?? 0);
  await bench.work(followUp);
});

test('more given back than was captured is left to a person', async () => {
  const bench = createBench();
  const { pspReference, compare } = await paid(bench);
  const listRefunds = bench.psp.listRefunds.bind(bench.psp);
  bench.psp.refundByHand(pspReference, 300n);
  bench.psp.listRefunds = async (query) =>
    (await listRefunds(query)).map((refund) => ({ ...refund, amountMinor: 1001n }));
  await expect(compare()).rejects.toThrow(DeadLetter);
});
