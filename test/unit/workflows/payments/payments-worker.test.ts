import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { type ChargeId, newId, tenantOf } from '../../../../src/core/kernel';
import { DeadLetter, RetryLater } from '../../../../src/core/ports';
import { keyMemoryMs } from '../../../../src/workflows/payments/charge-job';
import { eur } from '../../../support/charges';
import { createBench, lifetimeMs } from './payments-bench';

type Bench = ReturnType<typeof createBench>;

test('a charge is authorized and captured once, however often its job is delivered', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const job = await bench.one();
  expect(job).toMatchObject({ queue: 'payments', name: 'authorize-at-psp' });
  await Promise.all([bench.work(job), bench.work(job), bench.work(job)]);
  expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(1000) });
  expect(bench.psp.chargesOf(chargeId)).toBe(1);
  expect(await bench.jobs()).toEqual([]);
});

test('a payment that the PSP has not decided is asked about until it is', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('tok_hesitates');
  const job = await bench.one();
  await expect(bench.work(job)).rejects.toThrow(RetryLater);
  await expect(bench.work(job, 2)).rejects.toThrow(RetryLater);
  expect((await bench.find(chargeId)).status).toBe('processing');
});

test('what the PSP said is recorded as said by the PSP, with the request and the event that it began with', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  await bench.work(await bench.one());
  expect((await bench.events()).map(({ type, metadata }) => [type, metadata.actor])).toEqual([
    ['ChargeCreated', 'test'],
    ['ChargeAuthorized', 'psp:memory'],
    ['ChargeCaptured', 'psp:memory'],
  ]);
  const [, ...said] = await bench.events();
  for (const { metadata } of said)
    expect(metadata).toMatchObject({ correlationId: 'c', causationId: `charge-${chargeId}/1` });
});

test('an unanswered call is unknown, never failed, and resolved by look-up', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  bench.next('lost_after');
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).status).toBe('unknown');
  const resolve = await bench.one();
  expect(resolve).toMatchObject({ name: 'resolve-payment' });
  await bench.work(resolve);
  expect((await bench.find(chargeId)).status).toBe('succeeded');
  expect(bench.psp.chargesOf(chargeId)).toBe(1);
});

test('a call that never arrived is repeated with the same key once the look-up finds nothing', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  bench.next('lost_before');
  await bench.work(await bench.one());
  const resolve = await bench.one();
  bench.next(null, 'lost_before');
  await expect(bench.work(resolve)).rejects.toThrow(RetryLater);
  expect((await bench.find(chargeId)).status).toBe('unknown');
  await bench.work(resolve, 2);
  expect((await bench.find(chargeId)).status).toBe('succeeded');
  expect(bench.psp.chargesOf(chargeId)).toBe(1);
});

test('a PSP that is unavailable has done nothing: the job is retried and the charge waits', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const job = await bench.one();
  bench.next('unavailable');
  await expect(bench.work(job)).rejects.toThrow(RetryLater);
  expect((await bench.find(chargeId)).status).toBe('processing');
  await bench.work(job, 2);
  expect((await bench.find(chargeId)).status).toBe('succeeded');
});

test('beyond the PSP’s memory of keys, a payment is looked up before it is asked for again', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const job = await bench.one();
  bench.next('lost_after');
  await bench.work(job);
  bench.advance(keyMemoryMs + 2 * 60 * 60_000);
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).status).toBe('succeeded');
  expect(bench.psp.chargesOf(chargeId)).toBe(1);
});

test('an old open capture is compared with the PSP instead of being repeated', async () => {
  const bench = createBench();
  const { chargeId } = await bench.held();
  await bench.capture(chargeId, 400);
  bench.next('lost_after');
  await bench.work(await bench.one());
  bench.advance(keyMemoryMs + 2 * 60 * 60_000);
  await bench.work(await bench.one());
  expect(await bench.find(chargeId)).toMatchObject({ status: 'authorized', captured: eur(400) });
  expect(bench.psp.totals().get('EUR')?.capturedMinor).toBe(400n);
});

test('a cancellation whose answer is lost is asked again and ends canceled', async () => {
  const bench = createBench();
  const { chargeId } = await bench.held();
  await bench.cancel(chargeId);
  bench.next('lost_after');
  await bench.work(await bench.one());
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'authorized',
    cancellation: { status: 'unknown' },
  });
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).status).toBe('canceled');
});

test.each([
  ['a cancellation', (bench: Bench, chargeId: ChargeId) => bench.cancel(chargeId)],
  ['a capture', (bench: Bench, chargeId: ChargeId) => bench.capture(chargeId, 400)],
])('%s that stays unanswered is asked for until it is decided', async (_what, ask) => {
  const bench = createBench();
  const { chargeId } = await bench.held();
  await ask(bench, chargeId);
  bench.next('lost_before');
  await bench.work(await bench.one());
  const again = await bench.one();
  bench.next('lost_before');
  await expect(bench.work(again)).rejects.toThrow(RetryLater);
  expect(await bench.jobs()).toEqual([]);
});

test('a refund that stays unanswered is asked for until it is decided', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  await bench.work(await bench.one());
  await bench.refund(chargeId, 300);
  bench.next('lost_before');
  await bench.work(await bench.one());
  const again = await bench.one();
  bench.next(null, 'lost_before');
  await expect(bench.work(again)).rejects.toThrow(RetryLater);
  await bench.work(again, 2);
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ status: 'succeeded' }]);
});

test('a refund whose answer is lost is found again and counted once', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  await bench.work(await bench.one());
  const refundId = await bench.refund(chargeId, 300);
  bench.next('lost_after');
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ refundId, status: 'unknown' }]);
  await bench.work(await bench.one());
  expect((await bench.find(chargeId)).refunds).toMatchObject([{ refundId, status: 'succeeded' }]);
  expect(bench.psp.totals().get('EUR')?.refundedMinor).toBe(300n);
});

test('a job is named by the event that asks for it, so that two of a kind are two', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  await bench.work(await bench.one());
  await bench.refund(chargeId, 300);
  await bench.refund(chargeId, 300);
  const [first, second] = await bench.jobs();
  expect([first?.name, second?.name]).toEqual(['refund-at-psp', 'refund-at-psp']);
  expect(first?.key).not.toBe(second?.key);
});

test.each([['follow-up-payment'], ['expire-payment']] as const)(
  'a payer who never authenticates leaves a canceled charge behind, not an open one (%s)',
  async (name) => {
    const bench = createBench();
    const chargeId = await bench.charge('pm_card_authenticationRequired');
    await bench.work(await bench.one());
    const look = await bench.named(name);
    expect(look.queue).toBe('payments-follow-up');
    await expect(bench.work(look)).rejects.toThrow(RetryLater);
    bench.advance(lifetimeMs);
    await bench.work(look, 2);
    await bench.work(await bench.one());
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'canceled',
      cancellation: { reason: 'expired', status: 'succeeded' },
    });
  },
);

test('a payment that waits for its payer is withdrawn at its latest time, to the millisecond', async () => {
  const bench = createBench();
  await bench.charge('pm_card_authenticationRequired');
  await bench.work(await bench.one());
  const expire = await bench.named('expire-payment');
  bench.advance(lifetimeMs - 1_000);
  await expect(bench.work(expire)).rejects.toMatchObject({ name: 'RetryLater', minimumDelayMs: 1_000 });
});

test('a cancellation that came first is left to its own job', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('pm_card_authenticationRequired');
  await bench.work(await bench.one());
  const followUp = await bench.named('follow-up-payment');
  await bench.cancel(chargeId);
  bench.advance(lifetimeMs);
  await bench.work(followUp);
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'requires_action',
    cancellation: { reason: 'requested', status: 'pending' },
  });
});

test('a payer who authenticates is seen by the follow-up when the notice is lost', async () => {
  const bench = createBench();
  const chargeId = await bench.charge('pm_card_authenticationRequired');
  await bench.work(await bench.one());
  const charge = await bench.find(chargeId);
  if (charge.status !== 'requires_action') throw new Error(`the charge is ${charge.status}`);
  bench.psp.decide(charge.pspReference, 'succeed');
  await bench.work(await bench.named('follow-up-payment'));
  expect((await bench.find(chargeId)).status).toBe('succeeded');
});

test('an authorization that has ended is found by the follow-up when no notice tells', async () => {
  const bench = createBench();
  const { chargeId, followUp, expire } = await bench.held();
  expect(followUp).toMatchObject({ name: 'follow-up-payment', delayMs: 7 * 24 * 60 * 60_000 });
  await expect(bench.work(followUp)).rejects.toThrow('still held');
  expire();
  await bench.work(followUp, 2);
  expect((await bench.find(chargeId)).status).toBe('canceled');
});

test('a capture that comes after the authorization has ended fails, and ends the charge', async () => {
  const bench = createBench();
  const { chargeId, expire } = await bench.held();
  await bench.capture(chargeId, 400);
  expire();
  await bench.work(await bench.one());
  expect(await bench.find(chargeId)).toMatchObject({ status: 'canceled', captures: [{ status: 'failed' }] });
});

test('a capture that came before the end and was not answered counts, whatever is heard first', async () => {
  const bench = createBench();
  const { chargeId, followUp, expire } = await bench.held();
  await bench.capture(chargeId, 400);
  bench.next('lost_after');
  await bench.work(await bench.one());
  expire();
  await expect(bench.work(followUp)).rejects.toThrow('a capture is not decided yet');
  await bench.work(await bench.one());
  await bench.work(followUp, 2);
  expect(await bench.find(chargeId)).toMatchObject({
    status: 'succeeded',
    captured: eur(400),
    captures: [{ status: 'succeeded' }],
  });
});

test.each([
  { said: 'that part', takenMinor: 400n },
  { said: 'all that was taken, also beyond what the books showed', takenMinor: 700n },
])(
  'a payment that the PSP closed after a part was captured has succeeded with $said',
  async ({ takenMinor }) => {
    const bench = createBench();
    const { chargeId, followUp } = await bench.held();
    await bench.capture(chargeId, 400);
    await bench.work(await bench.one());
    bench.psp.findPayment = () =>
      Promise.resolve({
        outcome: { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor: takenMinor },
        capturedMinor: takenMinor,
      });
    await bench.work(followUp);
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'succeeded',
      captured: eur(Number(takenMinor)),
    });
  },
);

describe('somebody captures at the PSP itself', () => {
  async function heldAtPsp() {
    const bench = createBench();
    const { chargeId, followUp } = await bench.held();
    const charge = await bench.find(chargeId);
    if (charge.status !== 'authorized') throw new Error(`the charge is ${charge.status}`);
    const byHand = (amountMinor: number, isFinal = true) =>
      bench.psp.captureByHand(charge.pspReference, BigInt(amountMinor), isFinal);
    return { bench, chargeId, followUp, byHand };
  }

  test.each([300, 1000])(
    '%i of 1000: the books follow, and what is left is released',
    async (amountMinor) => {
      const { bench, chargeId, followUp, byHand } = await heldAtPsp();
      byHand(amountMinor);
      await bench.work(followUp);
      expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(amountMinor) });
    },
  );

  test('a part of it: the rest is still held, and captured as before', async () => {
    const { bench, chargeId, followUp, byHand } = await heldAtPsp();
    byHand(300, false);
    await expect(bench.work(followUp)).rejects.toThrow('still held');
    expect(await bench.find(chargeId)).toMatchObject({ status: 'authorized', captured: eur(300) });
    await bench.capture(chargeId, 700);
    await bench.work(await bench.one());
    expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(1000) });
  });

  test('before the answer to the authorization was heard: what was taken counts, not what was asked for', async () => {
    const bench = createBench();
    const chargeId = await bench.charge('tok_visa', 'manual');
    const [authorize] = await bench.jobs();
    if (authorize === undefined) throw new Error('the authorization is asked for');
    bench.next('lost_after');
    await bench.work(authorize);
    const [payment] = bench.psp.payments();
    bench.psp.captureByHand(payment?.reference ?? '', 300n, true);
    await bench.work(await bench.one());
    expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(300) });
  });

  test('before a capture: the capture fails, and what was taken is in the books', async () => {
    const { bench, chargeId, byHand } = await heldAtPsp();
    await bench.capture(chargeId, 400);
    byHand(300);
    await bench.work(await bench.one());
    expect(await bench.find(chargeId)).toMatchObject({
      status: 'succeeded',
      captured: eur(300),
      captures: [{ status: 'failed' }],
    });
  });

  test.each([300, 1000])(
    '%i of 1000 before a cancellation: the charge is not canceled',
    async (amountMinor) => {
      const { bench, chargeId, byHand } = await heldAtPsp();
      await bench.cancel(chargeId);
      byHand(amountMinor);
      await bench.work(await bench.one());
      expect(await bench.find(chargeId)).toMatchObject({ status: 'succeeded', captured: eur(amountMinor) });
    },
  );
});

test('a job that names no charge is a dead letter at once', async () => {
  const bench = createBench();
  const chargeId = await bench.charge();
  const job = await bench.one();
  await expect(bench.work({ ...job, data: { ...job.data, chargeId: 'ch_x' } })).rejects.toThrow(DeadLetter);
  const stranger = tenantOf(newId('mer', createSeededIds(2)), false);
  await expect(bench.work({ ...job, data: { ...job.data, tenant: stranger } })).rejects.toThrow(DeadLetter);
  expect((await bench.find(chargeId)).status).toBe('processing');
});
