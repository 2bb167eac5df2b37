import {
  type ChargeId,
  type Clock,
  type Ids,
  type Refusal,
  type RefundId,
  type TenantId,
  assert,
  newId,
  parseId,
  parseTenant,
} from '../../core/kernel';
import {
  type Charge,
  type ExistingCharge,
  type PspReport,
  type Refund,
  expireCharge,
  loadCharge,
  recordOutcome,
} from '../../core/payments';
import {
  type CommandContext,
  DeadLetter,
  type DeliveredJob,
  type Journal,
  type PaymentTerms,
  type Provider,
  type PspGateway,
  RetryLater,
} from '../../core/ports';
import type { ChargeJobData } from '../../core/payments';

export interface PaymentsWorkerDependencies {
  readonly journal: Journal;
  /** The gateway of the provider that has the charge. @throws for a provider that is not configured */
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  readonly clock: Clock;
  /** Names refunds that were made at the PSP itself. */
  readonly ids: Ids;
}

/** One job with the charge that it is about, and what may be done for it. */
export interface ChargeJob {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly operationId: string | null;
  readonly correlationId: string;
  readonly charge: ExistingCharge;
  /** What the charge asks the PSP for. */
  readonly payment: PaymentTerms;
  readonly psp: PspGateway;
  readonly clock: Clock;
  /** The charge as it is by now. */
  readonly reload: () => Promise<ExistingCharge>;
  readonly newRefundId: () => RefundId;
  /** Appends what the PSP said, all in one append; a refusal that lasts becomes a dead letter. @returns the charge after it */
  readonly record: (...reports: readonly PspReport[]) => Promise<ExistingCharge>;
  /** Asks for the end of a charge that reached its `expiresAt`. */
  readonly expire: () => Promise<void>;
}

/**
 * PSPs forget idempotency keys after 24 hours; from here on a payment is looked up before it is asked for again.
 * The age is the difference of two processes' clocks, each up to an hour off, so that 21 hours may be 23.
 */
export const keyMemoryMs = 21 * 60 * 60_000;

/** Whether the PSP may have forgotten the key of what was asked for then. */
export const isKeyForgotten = ({ clock }: ChargeJob, askedAt: number): boolean =>
  clock() - askedAt > keyMemoryMs;

export async function openChargeJob(
  { journal, gatewayFor, clock, ids }: PaymentsWorkerDependencies,
  job: DeliveredJob,
): Promise<ChargeJob> {
  const data = job.data as ChargeJobData;
  const tenant = parseTenant(data.tenant);
  const chargeId = parseId('ch', data.chargeId);
  if (tenant === null || chargeId === null)
    throw new DeadLetter(`the job names no charge: ${JSON.stringify(data)}`);
  const loaded = await loadCharge(journal)(tenant, chargeId);
  const { state: charge } = loaded;
  if (charge.status === 'none') throw new DeadLetter(`there is no charge ${chargeId} of ${tenant}`);
  const psp = gatewayFor(tenant, charge.terms.provider);
  const { correlationId, causationId, trace } = data;
  const context: CommandContext<Charge> = {
    tenant,
    loaded,
    metadata: {
      actor: `psp:${psp.name}`,
      correlationId,
      causationId,
      ...(trace === undefined ? {} : { trace }),
    },
  };
  const { amount, createdAt } = charge.terms;
  const payment: PaymentTerms = { tenant, chargeId, amount, createdAt };
  return {
    tenant,
    chargeId,
    operationId: data.operationId ?? null,
    correlationId,
    charge,
    payment,
    psp,
    clock,
    reload: async () => existing((await loadCharge(journal)(tenant, chargeId)).state),
    newRefundId: () => newId('re', ids),
    record: (...reports) => record({ journal, psp, payment, context }, reports),
    async expire() {
      await expireCharge(journal)(chargeId, context);
    },
  };
}

interface Recorder {
  readonly journal: Journal;
  readonly psp: PspGateway;
  readonly payment: PaymentTerms;
  readonly context: CommandContext<Charge>;
}

/** Each one is a look-up at the PSP; a charge seldom changes while one is made. */
const maxReadings = 5;

/**
 * An answer that another worker overtook looks like a contradiction, and so does a look-up that is older than what the
 * charge shows by now. A refusal counts only when the charge did not change from before the PSP was read until after.
 */
async function record(recorder: Recorder, reports: readonly PspReport[]): Promise<ExistingCharge> {
  const { journal, payment, context } = recorder;
  const { tenant, chargeId } = payment;
  const tryToRecord = (said: readonly PspReport[]) => recordOutcome(journal)(chargeId, said, context);
  let handled = await tryToRecord(reports);
  for (let reading = 0; handled.kind === 'refused'; reading += 1) {
    const { refusal } = handled;
    if (reading === maxReadings) throw new RetryLater(`the charge keeps changing: ${refusal.message}`);
    const before = await loadCharge(journal)(tenant, chargeId);
    const fresh = await reportsOfNow(recorder, existing(before.state), reports);
    if (fresh === null) throw deadLetter(refusal);
    handled = await tryToRecord(fresh);
    if (handled.kind !== 'refused') break;
    const after = await loadCharge(journal)(tenant, chargeId);
    if (after.version === before.version) throw deadLetter(handled.refusal);
  }
  assert(handled.kind === 'done', 'what the provider said is recorded without an idempotency key');
  return existing(handled.state);
}

const deadLetter = ({ code, message }: Refusal) => new DeadLetter(`${code}: ${message}`);

/** The same reports as the PSP makes them now; null when one of them is of what the PSP offers no look-up for. */
async function reportsOfNow(
  recorder: Recorder,
  charge: ExistingCharge,
  reports: readonly PspReport[],
): Promise<readonly PspReport[] | null> {
  const fresh: PspReport[] = [];
  for (const report of reports) {
    const now = await reportOfNow(recorder, charge, report);
    if (now === null) return null;
    fresh.push(now);
  }
  return fresh;
}

async function reportOfNow(
  { psp, payment }: Recorder,
  charge: ExistingCharge,
  report: PspReport,
): Promise<PspReport | null> {
  switch (report.operation) {
    case 'payment': {
      const { outcome: said } = report;
      const reference = 'pspReference' in said ? { pspReference: said.pspReference } : {};
      const found = await psp.findPayment({ payment, ...reference });
      return found === null ? null : { operation: 'payment', outcome: found.outcome };
    }
    case 'refund': {
      const refund = charge.refunds.find(({ refundId }) => refundId === report.refundId);
      const outcome = refund === undefined ? null : await psp.findRefund(queryFor(payment, charge, refund));
      return outcome === null ? null : { operation: 'refund', refundId: report.refundId, outcome };
    }
    case 'all refunds': {
      const refunds = await psp.listRefunds({ payment, pspReference: referenceOf(charge) });
      return { ...report, refunds };
    }
    // What was asked for stays what was answered.
    case 'capture':
    case 'cancel':
      return report;
  }
}

/** How a refund is found at the PSP: FinCore's own by their id, the others by the PSP's name of them. */
export const queryFor = (payment: PaymentTerms, charge: ExistingCharge, refund: Refund) => ({
  payment,
  pspReference: referenceOf(charge),
  refundId: refund.refundId,
  amount: refund.amount,
  refundReference: refund.origin === 'provider' ? refund.pspReference : null,
});

/** The PSP's own name of a payment that it has. */
export function referenceOf({ pspReference }: ExistingCharge): string {
  assert(pspReference !== null, 'the charge is known to the provider');
  return pspReference;
}

function existing(charge: Charge): ExistingCharge {
  assert(charge.status !== 'none', 'a charge that exists goes on to exist');
  return charge;
}
