import {
  type ChargeId,
  type Clock,
  type Refusal,
  type TenantId,
  assert,
  parseId,
  parseTenant,
} from '../../core/kernel';
import {
  type Charge,
  type ExistingCharge,
  type PspReport,
  abandonCharge,
  loadCharge,
  recordOutcome,
} from '../../core/payments';
import {
  type CommandContext,
  DeadLetter,
  type DeliveredJob,
  type Journal,
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
}

/** One job with the charge that it is about, and what may be done for it. */
export interface Assignment {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly operationId: string | null;
  readonly correlationId: string;
  readonly charge: ExistingCharge;
  /** The charge as it is by now. */
  readonly reload: () => Promise<Charge>;
  readonly psp: PspGateway;
  readonly clock: Clock;
  /** Appends what the PSP said; a refusal becomes a dead letter. */
  readonly record: (report: PspReport) => Promise<void>;
  /** Asks for the cancellation of a charge whose payer never came back. */
  readonly abandon: () => Promise<void>;
}

/**
 * PSPs forget idempotency keys after 24 hours; from here on a payment is looked up before it is asked for again.
 * The age is the difference of two processes' clocks, each up to an hour off, so that 21 hours may be 23.
 */
export const keyMemoryMs = 21 * 60 * 60_000;

/** Whether the PSP may have forgotten the key of what was asked for then. */
export const isKeyForgotten = ({ clock }: Assignment, askedAt: number): boolean =>
  clock() - askedAt > keyMemoryMs;

export async function assign(
  { journal, gatewayFor, clock }: PaymentsWorkerDependencies,
  job: DeliveredJob,
): Promise<Assignment> {
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
  const tryToRecord = async (report: PspReport): Promise<Refusal | null> => {
    const handled = await recordOutcome(journal)(chargeId, report, context);
    return handled.kind === 'refused' ? handled.refusal : null;
  };
  return {
    tenant,
    chargeId,
    operationId: data.operationId ?? null,
    reload: async () => (await loadCharge(journal)(tenant, chargeId)).state,
    correlationId,
    charge,
    psp,
    clock,
    async record(report) {
      const refusal = await tryToRecord(report);
      if (refusal === null) return;
      // An answer that another worker overtook looks like a contradiction; what the PSP says now is not overtaken.
      const fresh = await reportOfNow(psp, charge, report);
      const lasting = fresh === null ? refusal : await tryToRecord(fresh);
      if (lasting !== null) throw new DeadLetter(`${lasting.code}: ${lasting.message}`);
    },
    async abandon() {
      const handled = await abandonCharge(journal)(chargeId, context);
      // The payer, or a merchant who canceled, came first: the next attempt finds nothing left to do.
      if (handled.kind === 'refused')
        throw new RetryLater(`the charge has moved on meanwhile: ${handled.refusal.code}`);
    },
  };
}

/** The same report as the PSP makes it now; null for what it offers no look-up for. */
async function reportOfNow(
  psp: PspGateway,
  charge: ExistingCharge,
  report: PspReport,
): Promise<PspReport | null> {
  const { chargeId } = charge.terms;
  switch (report.operation) {
    case 'payment': {
      const { outcome: said } = report;
      const reference = 'pspReference' in said ? { pspReference: said.pspReference } : {};
      const payment = await psp.findPayment({ chargeId, ...reference });
      return payment === null ? null : { operation: 'payment', outcome: payment.outcome };
    }
    case 'refund': {
      const { refundId } = report;
      const outcome = await psp.findRefund({ refundId, pspReference: referenceOf(charge) });
      return outcome === null ? null : { operation: 'refund', refundId, outcome };
    }
    case 'capture':
    case 'cancel':
      return null;
  }
}

/** The PSP's own name of a payment that it has. */
export function referenceOf(charge: ExistingCharge): string {
  assert('pspReference' in charge, 'the charge is known to the provider');
  return charge.pspReference;
}
