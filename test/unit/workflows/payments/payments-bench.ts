import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { type MemoryPsp, createMemoryPsp } from '../../../../src/adapters/memory/psp';
import { createSeededIds } from '../../../../src/adapters/memory/ids';
import { type ChargeId, type RefundId, newId, tenantOf } from '../../../../src/core/kernel';
import {
  type Assessment,
  type CaptureMethod,
  type ExistingCharge,
  cancelCharge,
  captureCharge,
  createCharge,
  findCharge,
  requestRefund,
} from '../../../../src/core/payments';
import type { Job } from '../../../../src/core/ports';
import type { ChargeJobName } from '../../../../src/core/payments';
import { jobsForPayments } from '../../../support/payment-jobs';
import { createPaymentsHandler } from '../../../../src/workflows/payments/payments-handler';
import { anyAmount, asked, eur } from '../../../support/charges';

/** After so long, a charge of the bench is withdrawn. */
export const lifetimeMs = 24 * 60 * 60_000;

type Fault = ReturnType<NonNullable<Parameters<typeof createMemoryPsp>[0]['faultOf']>>;

/** A merchant, a PSP and one worker that does each job when it is told to. */
export function createBench() {
  const beganAt = 1_000_000;
  let now = beganAt;
  let faults: Fault[] = [];
  const clock = () => now;
  const ids = createSeededIds(1);
  const journal = createMemoryJournal({ clock });
  const psp: MemoryPsp = createMemoryPsp({ clock, faultOf: () => faults.shift() ?? null });
  const tenant = tenantOf(newId('mer', ids), false);
  const context = { tenant, metadata: { actor: 'test', correlationId: 'c' } };
  const handle = createPaymentsHandler({ journal, gatewayFor: () => psp, clock, ids });
  const work = (job: Job, attempt = 1) => handle({ ...job, attempt });
  let read = 0;
  return {
    psp,
    tenant,
    work,
    advance: (ms: number) => (now += ms),
    /** Since the bench was made. */
    age: () => now - beganAt,
    /** What the next calls of the PSP do; afterwards it works. */
    next: (...more: Fault[]) => (faults = more),
    async charge(
      paymentToken = 'tok_visa',
      captureMethod: CaptureMethod = 'automatic',
      assessment: Assessment = 'approved',
    ) {
      const chargeId = newId('ch', ids);
      await createCharge(journal, { livemode: false, ...anyAmount })(
        asked({
          chargeId,
          paymentToken,
          captureMethod,
          assessment,
          createdAt: now,
          expiresAt: now + lifetimeMs,
        }),
        context,
      );
      return chargeId;
    },
    capture: (chargeId: ChargeId, amountMinor: number) =>
      captureCharge(journal, anyAmount)(
        { chargeId, captureId: newId('cap', ids), amount: eur(amountMinor), final: false, requestedAt: now },
        context,
      ),
    cancel: (chargeId: ChargeId) => cancelCharge(journal)({ chargeId }, context),
    async refund(chargeId: ChargeId, amountMinor: number): Promise<RefundId> {
      const refundId = newId('re', ids);
      await requestRefund(journal, anyAmount)(
        { chargeId, refundId, amount: eur(amountMinor), reason: null, metadata: {}, createdAt: now },
        context,
      );
      return refundId;
    },
    /** The jobs that the events since the last call ask for. */
    async jobs(): Promise<readonly Job[]> {
      const events = await journal.read(read, 1_000);
      read += events.length;
      return events.flatMap(jobsForPayments);
    },
    events: () => journal.read(0, 1_000),
    /** The one job of this name among those that are asked for since the last call. */
    async named(name: ChargeJobName): Promise<Job> {
      const jobs = (await this.jobs()).filter((job) => job.name === name);
      const [job] = jobs;
      if (job === undefined || jobs.length > 1) throw new Error(`${String(jobs.length)} jobs are ${name}`);
      return job;
    },
    async one(): Promise<Job> {
      const [job, ...others] = await this.jobs();
      expect(others).toEqual([]);
      if (job === undefined) throw new Error('no job was asked for');
      return job;
    },
    /** A manual charge whose money is held, and the job that looks after it a week later. */
    async held(): Promise<{
      readonly chargeId: ChargeId;
      readonly followUp: Job;
      readonly expire: () => void;
    }> {
      const chargeId = await this.charge('tok_visa', 'manual');
      const [authorize, followUp] = await this.jobs();
      if (authorize === undefined || followUp === undefined) throw new Error('two jobs are asked for');
      await this.work(authorize);
      const charge = await this.find(chargeId);
      if (charge.status !== 'authorized') throw new Error(`the charge is ${charge.status}`);
      return { chargeId, followUp, expire: () => psp.expire(charge.pspReference) };
    },
    async find(chargeId: ChargeId): Promise<ExistingCharge> {
      const charge = await findCharge(journal)(tenant, chargeId);
      if (charge === null) throw new Error('the charge is gone');
      return charge;
    },
  };
}
