import {
  type CaptureId,
  type ChargeId,
  type Clock,
  type RefundId,
  type Refusal,
  type TenantId,
  assert,
  parseId,
  parseTenant,
  sum,
} from '../core/kernel';
import {
  type Charge,
  type ExistingCharge,
  type PspReport,
  abandonCharge,
  isOpen,
  loadCharge,
  recordOutcome,
} from '../core/payments';
import {
  type CommandContext,
  type DeliveredJob,
  DeadLetter,
  type JobHandler,
  type Journal,
  type PaymentOutcome,
  type PspGateway,
  type PspPayment,
  PspUnavailable,
  type RefundOutcome,
  RetryLater,
} from '../core/ports';
import type { ChargeJobData, ChargeJobName } from './payments';

/**
 * PSPs forget idempotency keys after 24 hours; from here on a payment is looked up before it is asked for again.
 * The age is the difference of two processes' clocks, each up to an hour off, so that 21 hours may be 23.
 */
export const keyMemoryMs = 21 * 60 * 60_000;

/** A payer who has not authenticated by then has gone: the charge is canceled, so that it can never take money later. */
export const abandonedAfterMs = 24 * 60 * 60_000;

/** Between two looks at an authorization that outlasts the usual seven days: some networks grant thirty. */
const heldLookMs = 12 * 60 * 60_000;
/** Until a capture is decided that was asked for before the authorization ended. */
const openCaptureLookMs = 5_000;

export interface PaymentsWorkerDependencies {
  readonly journal: Journal;
  readonly gatewayFor: (tenant: TenantId) => PspGateway;
  readonly clock: Clock;
}

interface Assignment {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly operationId: string | null;
  readonly correlationId: string;
  readonly charge: ExistingCharge;
  readonly psp: PspGateway;
  /** Appends what the PSP said; a refusal becomes a dead letter. */
  readonly record: (report: PspReport) => Promise<void>;
  /** Asks for the cancellation of a charge whose payer never came back. */
  readonly abandon: () => Promise<void>;
}

/**
 * The handler of every payments job. Each loads the charge, asks the PSP with a key derived from the charge and
 * the operation, and records the outcome. Handled twice, a job changes nothing the second time.
 */
export function createPaymentsHandler(dependencies: PaymentsWorkerDependencies): JobHandler {
  const steps: Readonly<Record<ChargeJobName, (assignment: Assignment) => Promise<void>>> = {
    'authorize-at-psp': (assignment) => authorize(assignment, dependencies.clock),
    'resolve-payment': resolvePayment,
    'capture-at-psp': (assignment) => capture(assignment, dependencies.clock),
    'cancel-at-psp': cancel,
    'refund-at-psp': (assignment) => refund(assignment, dependencies.clock),
    'apply-psp-notice': applyNotice,
    'follow-up-payment': (assignment) => followUpPayment(assignment, dependencies.clock),
    'follow-up-refund': followUpRefund,
  };
  return async (job) => {
    assert(job.name in steps, `${job.name} is a payments job`);
    const assignment = await assign(dependencies, job);
    try {
      await steps[job.name as ChargeJobName](assignment);
    } catch (error) {
      if (error instanceof PspUnavailable)
        throw new RetryLater(error.message, error.retryAfterMs, { cause: error });
      throw error;
    }
  };
}

async function assign(
  { journal, gatewayFor }: PaymentsWorkerDependencies,
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
  const psp = gatewayFor(tenant);
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
    correlationId,
    charge,
    psp,
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

async function authorize(assignment: Assignment, clock: Clock): Promise<void> {
  const { charge } = assignment;
  if (charge.status === 'unknown') return resolvePayment(assignment);
  if (charge.status !== 'processing') return;
  const isOld = clock() - charge.terms.createdAt > keyMemoryMs;
  const outcome = (isOld ? await lookUp(assignment) : null) ?? (await askForPayment(assignment));
  await assignment.record({ operation: 'payment', outcome });
  if (outcome.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
}

/** Looked up first; not found, the payment never reached the PSP, or its look-up lags: the same key is safe either way. */
async function resolvePayment(assignment: Assignment): Promise<void> {
  const { status } = assignment.charge;
  if (status !== 'unknown' && status !== 'processing') return;
  const outcome = (await lookUp(assignment)) ?? (await askForPayment(assignment));
  await assignment.record({ operation: 'payment', outcome });
  if (outcome.kind === 'unknown')
    throw new RetryLater(`the provider still does not answer: ${outcome.reason}`);
  if (outcome.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
}

const askForPayment = ({
  tenant,
  chargeId,
  correlationId,
  charge: { terms },
  psp,
}: Assignment): Promise<PaymentOutcome> =>
  psp.authorize({
    tenant,
    chargeId,
    amount: terms.amount,
    paymentToken: terms.paymentToken,
    captureMethod: terms.captureMethod,
    ...(terms.description === null ? {} : { description: terms.description }),
    ...(terms.statementDescriptor === null ? {} : { statementDescriptor: terms.statementDescriptor }),
    correlationId,
    idempotencyKey: `${chargeId}:authorize`,
  });

async function lookUp({ chargeId, charge, psp }: Assignment): Promise<PaymentOutcome | null> {
  const reference = 'pspReference' in charge ? { pspReference: charge.pspReference } : {};
  const payment = await psp.findPayment({ chargeId, ...reference });
  if (payment === null) return null;
  return isRestReleased(charge, payment)
    ? { kind: 'canceled', pspReference: referenceOf(charge) }
    : payment.outcome;
}

/** Nothing is held any more, and the parts that the books show are all that was taken. */
const isRestReleased = (charge: ExistingCharge, { outcome, capturedMinor }: PspPayment): boolean =>
  charge.status === 'authorized' &&
  outcome.kind === 'authorized' &&
  outcome.captured &&
  charge.captured.amountMinor > 0n &&
  charge.captured.amountMinor === capturedMinor;

/** Records what the PSP has now. A release while captures are open is recorded after them. */
async function recordNow(assignment: Assignment): Promise<PaymentOutcome | null> {
  const { charge } = assignment;
  const outcome = await lookUp(assignment);
  if (outcome === null) return null;
  await assignment.record({ operation: 'payment', outcome });
  if (outcome.kind === 'canceled' && charge.captures.some(isOpen))
    throw new RetryLater('a capture is not decided yet, and the authorization has ended', openCaptureLookMs);
  return outcome;
}

async function capture(assignment: Assignment, clock: Clock): Promise<void> {
  const { charge, chargeId, operationId, psp } = assignment;
  const captureId = operationId as CaptureId;
  const asked = charge.captures.find((known) => known.captureId === captureId);
  if (asked === undefined || !isOpen(asked) || !('pspReference' in charge)) return;
  const { pspReference } = charge;
  const isOld = clock() - asked.requestedAt > keyMemoryMs;
  if (isOld && (await wasCaptured(assignment))) {
    return assignment.record({ operation: 'capture', captureId, outcome: { kind: 'captured' } });
  }
  const { amount, final } = asked;
  const outcome = await psp.capture({
    pspReference,
    amount,
    final,
    idempotencyKey: `${chargeId}:capture:${captureId}`,
  });
  await assignment.record({ operation: 'capture', captureId, outcome });
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
  // A refusal may be the first that is heard of the end of the authorization.
  if (outcome.kind === 'failed') await recordRelease(assignment);
}

async function recordRelease(assignment: Assignment): Promise<void> {
  const outcome = await lookUp(assignment);
  if (outcome?.kind === 'canceled') await assignment.record({ operation: 'payment', outcome });
}

/** Compares the PSP's captured total with the books, now that the key of an open capture is forgotten. */
async function wasCaptured({ chargeId, charge, psp }: Assignment): Promise<boolean> {
  const payment = await psp.findPayment({ chargeId, pspReference: referenceOf(charge) });
  if (payment === null)
    throw new DeadLetter(`the provider does not know the payment of ${chargeId} any more`);
  const recordedMinor = charge.captured.amountMinor;
  const openMinor = sum(
    charge.terms.amount.currency,
    charge.captures.filter(isOpen).map((open) => open.amount),
  ).amountMinor;
  if (payment.capturedMinor === recordedMinor) return false;
  if (payment.capturedMinor === recordedMinor + openMinor) return true;
  throw new DeadLetter(
    `the provider has captured ${String(payment.capturedMinor)}, the books show ${String(recordedMinor)} and ${String(openMinor)} undecided (minor units)`,
  );
}

async function cancel(assignment: Assignment): Promise<void> {
  const { charge, chargeId, psp } = assignment;
  if (!('cancellation' in charge) || charge.cancellation === 'none') return;
  const outcome = await psp.cancel({
    pspReference: charge.pspReference,
    idempotencyKey: `${chargeId}:cancel`,
  });
  await assignment.record({ operation: 'cancel', outcome });
  if (outcome.kind === 'unknown' && charge.cancellation === 'unknown') throw new RetryLater(outcome.reason);
}

async function refund(assignment: Assignment, clock: Clock): Promise<void> {
  const asked = refundOf(assignment);
  if (asked === null || !isOpen(asked) || asked.pspReference !== null) return;
  const { tenant, chargeId, correlationId, psp, pspReference } = {
    ...assignment,
    pspReference: referenceOf(assignment.charge),
  };
  const { refundId } = asked;
  const isOld = clock() - asked.createdAt > keyMemoryMs;
  const known: RefundOutcome | null =
    isOld || asked.status === 'unknown' ? await psp.findRefund({ refundId, pspReference }) : null;
  const outcome =
    known ??
    (await psp.refund({
      tenant,
      chargeId,
      refundId,
      pspReference,
      amount: asked.amount,
      ...(asked.reason === null ? {} : { reason: asked.reason }),
      correlationId,
      idempotencyKey: `${chargeId}:refund:${refundId}`,
    }));
  await assignment.record({ operation: 'refund', refundId, outcome });
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
}

/** A notice is a hint. What the books show as settled is not asked for again, unless it is about a refund. */
async function applyNotice(assignment: Assignment): Promise<void> {
  if (refundOf(assignment) !== null) {
    await lookUpRefund(assignment);
    return;
  }
  const { status } = assignment.charge;
  if (
    status !== 'processing' &&
    status !== 'unknown' &&
    status !== 'requires_action' &&
    status !== 'authorized'
  )
    return;
  await recordNow(assignment);
}

async function followUpPayment(assignment: Assignment, clock: Clock): Promise<void> {
  const { charge } = assignment;
  if (charge.status === 'authorized') return followUpHeld(assignment);
  if (charge.status !== 'requires_action') return;
  const outcome = await recordNow(assignment);
  if (outcome !== null && outcome.kind !== 'action_required' && outcome.kind !== 'pending') return;
  if (clock() - charge.terms.createdAt > abandonedAfterMs) return assignment.abandon();
  throw new RetryLater('the payer has not acted yet');
}

/** Until the PSP has let go of the money, or all of it was taken. */
async function followUpHeld(assignment: Assignment): Promise<void> {
  const outcome = await recordNow(assignment);
  if (outcome?.kind !== 'canceled') throw new RetryLater('the money is still held', heldLookMs);
}

async function followUpRefund(assignment: Assignment): Promise<void> {
  const known = refundOf(assignment);
  if (known === null || !isOpen(known)) return;
  const outcome = await lookUpRefund(assignment);
  if (outcome === null || outcome.kind === 'pending' || outcome.kind === 'unknown')
    throw new RetryLater('the refund is not settled yet');
}

async function lookUpRefund(assignment: Assignment): Promise<RefundOutcome | null> {
  const known = refundOf(assignment);
  if (known === null) return null;
  const outcome = await assignment.psp.findRefund({
    refundId: known.refundId,
    pspReference: referenceOf(assignment.charge),
  });
  if (outcome === null) return null;
  await assignment.record({ operation: 'refund', refundId: known.refundId, outcome });
  return outcome;
}

const refundOf = ({ charge, operationId }: Assignment) =>
  charge.refunds.find((known) => known.refundId === (operationId as RefundId)) ?? null;

function referenceOf(charge: ExistingCharge): string {
  assert('pspReference' in charge, 'a charge that is refunded is known to the provider');
  return charge.pspReference;
}
