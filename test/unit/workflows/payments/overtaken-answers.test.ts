import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { createMemoryPsp } from '../../../../src/adapters/memory/psp';
import { newId, tenantOf } from '../../../../src/core/kernel';
import {
  type CaptureMethod,
  cancelCharge,
  createCharge,
  findCharge,
  requestRefund,
} from '../../../../src/core/payments';
import { DeadLetter, type PspGateway } from '../../../../src/core/ports';
import type { ChargeJobName } from '../../../../src/core/payments';
import { jobsForPayments } from '../../../support/payment-jobs';
import { createPaymentsHandler } from '../../../../src/workflows/payments/payments-handler';
import { anyAmount, asked, eur } from '../../../support/charges';

const dayMs = 24 * 60 * 60_000;

/** One charge, one worker, and a PSP whose look-ups may answer late. */
function createBench() {
  const ids = createSeededIds(7);
  const clock = () => 1_000;
  const journal = createMemoryJournal({ clock });
  const psp = createMemoryPsp({ clock });
  const tenant = tenantOf(newId('mer', ids), false);
  const chargeId = newId('ch', ids);
  const context = { tenant, metadata: { actor: 'test', correlationId: 'c' } };
  let overtaking: (() => Promise<void>) | null = null;
  const late = async <Found>(found: Promise<Found>): Promise<Found> => {
    const answer = await found;
    const happens = overtaking;
    overtaking = null;
    await happens?.();
    return answer;
  };
  const gateway: PspGateway = {
    ...psp,
    findPayment: (query) => late(psp.findPayment(query)),
    findRefund: (query) => late(psp.findRefund(query)),
  };
  const handle = createPaymentsHandler({ journal, gatewayFor: () => gateway, clock, ids });
  let read = 0;

  /** Does every job that the events since the last call ask for, and that is due within the day. */
  async function workAll(): Promise<void> {
    const events = await journal.read(read, 1_000);
    read += events.length;
    for (const job of events.flatMap(jobsForPayments))
      if ((job.delayMs ?? 0) < dayMs) await handle({ ...job, attempt: 1 });
  }

  return {
    psp,
    workAll,
    overtake: (happens: () => Promise<void>) => (overtaking = happens),
    charge: (paymentToken: string, captureMethod: CaptureMethod) =>
      createCharge(journal, { livemode: false, ...anyAmount })(
        asked({ chargeId, paymentToken, captureMethod, createdAt: clock() }),
        context,
      ),
    cancel: () => cancelCharge(journal)({ chargeId }, context),
    async refund() {
      const refundId = newId('re', ids);
      const command = {
        chargeId,
        refundId,
        amount: eur(300),
        reason: null,
        metadata: {},
        createdAt: clock(),
      };
      await requestRefund(journal, anyAmount)(command, context);
      return refundId;
    },
    /** A job as a notice would ask for it. */
    apply: (operationId?: string) => {
      const name: ChargeJobName = 'apply-psp-notice';
      const about = operationId === undefined ? {} : { operationId };
      const data = { tenant, chargeId, ...about, correlationId: 'c', causationId: 'n' };
      return handle({ queue: 'payments', name, key: 'n', data, attempt: 1 });
    },
    find: () => findCharge(journal)(tenant, chargeId),
  };
}

test('a look-up that a cancellation overtook is made again, and contradicts nothing', async () => {
  const bench = createBench();
  await bench.charge('tok_visa', 'manual');
  await bench.workAll();
  bench.overtake(async () => {
    await bench.cancel();
    await bench.workAll();
  });
  await bench.apply();
  expect(await bench.find()).toMatchObject({ status: 'canceled' });
});

test('a look-up that the failure of a refund overtook is made again, and contradicts nothing', async () => {
  const bench = createBench();
  await bench.charge('tok_refundFail', 'automatic');
  await bench.workAll();
  const refundId = await bench.refund();
  await bench.workAll();
  bench.overtake(async () => {
    bench.psp.settleRefunds();
    await bench.apply(refundId);
  });
  await bench.apply(refundId);
  expect((await bench.find())?.refunds).toMatchObject([{ refundId, status: 'failed' }]);
});

test('what contradicts a charge that did not change while the PSP was read is left to a person', async () => {
  const bench = createBench();
  await bench.charge('tok_visa', 'manual');
  await bench.workAll();
  const [payment] = bench.psp.payments();
  const failure = { code: 'card_declined', message: 'The PSP changes its mind.' };
  Object.assign(payment ?? {}, { status: { kind: 'failed', failure } });
  await expect(bench.apply()).rejects.toThrow(DeadLetter);
  expect(await bench.find()).toMatchObject({ status: 'authorized' });
});
