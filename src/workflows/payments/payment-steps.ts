import { sum } from '../../core/kernel';
import { type ExistingCharge, isBeingCanceled, isOpen, isOver } from '../../core/payments';
import { type AuthorizeRequest, type PaymentOutcome, RetryLater } from '../../core/ports';
import { type ChargeJob, isKeyForgotten } from './charge-job';
import { endAtPsp, recordPayment } from './end-at-psp';
import { lookUp } from './look-up';

/** Between two looks at an authorization that outlasts the usual seven days: some networks grant thirty. */
const heldLookMs = 12 * 60 * 60_000;
/** Until a capture is decided that was asked for before the authorization ended. */
export const openCaptureLookMs = 5_000;

export async function authorize(job: ChargeJob): Promise<void> {
  const { charge } = job;
  if (charge.status !== 'processing') return resolvePayment(job);
  if (await isWithdrawn(job)) return;
  const known = isKeyForgotten(job, charge.terms.createdAt) ? await lookUp(job) : null;
  const outcome = known ?? (await ask(job));
  await recordPayment(job, outcome);
  if (outcome.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
}

/** Looked up first; not found, the payment never reached the PSP, or its look-up lags: the same key is safe either way. */
export async function resolvePayment(job: ChargeJob): Promise<void> {
  const { charge } = job;
  if (isOver(charge)) return endAtPsp(job);
  if ((charge.status !== 'unknown' && charge.status !== 'processing') || (await isWithdrawn(job))) return;
  const outcome = (await lookUp(job)) ?? (await ask(job));
  await recordPayment(job, outcome);
  if (outcome.kind === 'unknown')
    throw new RetryLater(`the provider still does not answer: ${outcome.reason}`);
  if (outcome.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
}

/** Under its key a PSP repeats what it said first: a payment that was not decided then is looked at, not asked for again. */
async function ask(job: ChargeJob): Promise<PaymentOutcome> {
  const { payment, psp } = job;
  const outcome = await psp.authorize(authorizationOf(job));
  if (outcome.kind !== 'pending') return outcome;
  const { pspReference } = outcome;
  return (await psp.findPayment({ payment, pspReference }))?.outcome ?? outcome;
}

/**
 * The payment is asked for no longer: its merchant canceled it, or its time is over. The job of the cancellation finds out
 * what became of it.
 */
async function isWithdrawn(job: ChargeJob): Promise<boolean> {
  const { charge, clock } = job;
  if (isBeingCanceled(charge)) return true;
  if (clock() < charge.terms.expiresAt) return false;
  await job.expire();
  return true;
}

/** At its latest time: what the payer has not paid by then can no longer be paid, and what is in review is rejected. */
export async function expirePayment(job: ChargeJob): Promise<void> {
  const { charge, clock } = job;
  if (charge.status !== 'requires_action' && charge.status !== 'in_review') return;
  const leftMs = charge.terms.expiresAt - clock();
  if (leftMs > 0) throw new RetryLater('the charge has not expired yet', leftMs);
  await job.expire();
}

export const authorizationOf = ({
  payment,
  chargeId,
  correlationId,
  charge: { terms },
}: ChargeJob): AuthorizeRequest => ({
  ...payment,
  paymentToken: terms.paymentToken,
  captureMethod: terms.captureMethod,
  ...(terms.description === null ? {} : { description: terms.description }),
  ...(terms.statementDescriptor === null ? {} : { statementDescriptor: terms.statementDescriptor }),
  ...(terms.returnUrl === null ? {} : { returnUrl: terms.returnUrl }),
  correlationId,
  idempotencyKey: `${chargeId}:authorize`,
});

/** Records what the PSP has now. The end of the authorization is recorded after the captures that are open. */
export async function recordNow(job: ChargeJob): Promise<PaymentOutcome | null> {
  const { charge } = job;
  const outcome = await lookUp(job);
  if (outcome === null) return null;
  await recordPayment(job, outcome);
  if (hasEnded(outcome) && !endsWithOpenCaptures(charge, outcome))
    throw new RetryLater('a capture is not decided yet, and the authorization has ended', openCaptureLookMs);
  return outcome;
}

/** Nothing is held any more. */
const hasEnded = (outcome: PaymentOutcome): boolean =>
  outcome.kind === 'canceled' || (outcome.kind === 'authorized' && outcome.captured);

/** The charge is closed by the outcomes of its open captures, or has none. */
function endsWithOpenCaptures(charge: ExistingCharge, outcome: PaymentOutcome): boolean {
  const open = charge.captures.filter(isOpen);
  if (open.length === 0) return true;
  const { currency, amountMinor } = charge.terms.amount;
  const takenMinor =
    charge.captured.amountMinor +
    sum(
      currency,
      open.map(({ amount }) => amount),
    ).amountMinor;
  const isWhole = takenMinor === amountMinor || open.some(({ final }) => final);
  return outcome.kind === 'authorized' && outcome.capturedMinor === takenMinor && isWhole;
}

export async function followUpPayment(job: ChargeJob): Promise<void> {
  const { charge, clock } = job;
  if (isOver(charge)) return endAtPsp(job);
  if (charge.status === 'authorized') return followUpHeld(job);
  if (charge.status !== 'requires_action') return;
  const outcome = await recordNow(job);
  if (outcome !== null && outcome.kind !== 'action_required' && outcome.kind !== 'pending') return;
  if (clock() >= charge.terms.expiresAt) return job.expire();
  throw new RetryLater('the payer has not acted yet');
}

/** Until the PSP has let go of the money, or all of it was taken. */
async function followUpHeld(job: ChargeJob): Promise<void> {
  const outcome = await recordNow(job);
  if (outcome === null || !hasEnded(outcome)) throw new RetryLater('the money is still held', heldLookMs);
}
