import { type CaptureId, sum } from '../../core/kernel';
import { type ExistingCharge, isOpen } from '../../core/payments';
import { DeadLetter, type PaymentOutcome, RetryLater } from '../../core/ports';
import { type Assignment, isKeyForgotten, referenceOf } from './charge-job';

/** A payer who has not authenticated by then has gone: the charge is canceled, so that it can never take money later. */
export const abandonedAfterMs = 24 * 60 * 60_000;

/** Between two looks at an authorization that outlasts the usual seven days: some networks grant thirty. */
const heldLookMs = 12 * 60 * 60_000;
/** Until a capture is decided that was asked for before the authorization ended. */
const openCaptureLookMs = 5_000;

export async function authorize(assignment: Assignment): Promise<void> {
  const { charge } = assignment;
  if (charge.status === 'unknown') return resolvePayment(assignment);
  if (charge.status !== 'processing') return;
  const known = isKeyForgotten(assignment, charge.terms.createdAt) ? await lookUp(assignment) : null;
  const outcome = known ?? (await askForPayment(assignment));
  await assignment.record({ operation: 'payment', outcome });
  if (outcome.kind === 'pending') throw new RetryLater('the provider has not decided the payment yet');
}

/** Looked up first; not found, the payment never reached the PSP, or its look-up lags: the same key is safe either way. */
export async function resolvePayment(assignment: Assignment): Promise<void> {
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
  return payment === null ? null : payment.outcome;
}

/** Records what the PSP has now. The end of the authorization is recorded after the captures that are open. */
export async function recordNow(assignment: Assignment): Promise<PaymentOutcome | null> {
  const { charge } = assignment;
  const outcome = await lookUp(assignment);
  if (outcome === null) return null;
  await assignment.record({ operation: 'payment', outcome });
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

export async function capture(assignment: Assignment): Promise<void> {
  const { charge, chargeId, operationId, psp } = assignment;
  const captureId = operationId as CaptureId;
  const asked = charge.captures.find((known) => known.captureId === captureId);
  if (asked === undefined || !isOpen(asked) || !('pspReference' in charge)) return;
  const { pspReference } = charge;
  if (isKeyForgotten(assignment, asked.requestedAt) && (await wasCaptured(assignment)))
    return assignment.record({ operation: 'capture', captureId, outcome: { kind: 'captured' } });
  const { amount, final } = asked;
  const outcome = await psp.capture({
    pspReference,
    amount,
    final,
    idempotencyKey: `${chargeId}:capture:${captureId}`,
  });
  await assignment.record({ operation: 'capture', captureId, outcome });
  if (outcome.kind === 'unknown' && asked.status === 'unknown') throw new RetryLater(outcome.reason);
  if (outcome.kind === 'failed') await recordWhatHappened(assignment);
}

/** A refusal may be the first that is heard of the end of the authorization, or of what somebody captured at the PSP. */
async function recordWhatHappened(assignment: Assignment): Promise<void> {
  const outcome = await lookUp(assignment);
  if (outcome?.kind === 'canceled' || outcome?.kind === 'authorized')
    await assignment.record({ operation: 'payment', outcome });
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

export async function cancel(assignment: Assignment): Promise<void> {
  const { charge, chargeId, psp } = assignment;
  if (!('cancellation' in charge) || charge.cancellation === 'none') return;
  const outcome = await psp.cancel({
    pspReference: charge.pspReference,
    idempotencyKey: `${chargeId}:cancel`,
  });
  await assignment.record({ operation: 'cancel', outcome });
  if (outcome.kind === 'unknown' && charge.cancellation === 'unknown') throw new RetryLater(outcome.reason);
  if (outcome.kind === 'failed') await recordWhatHappened(assignment);
}

export async function followUpPayment(assignment: Assignment): Promise<void> {
  const { charge, clock } = assignment;
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
  if (outcome === null || !hasEnded(outcome)) throw new RetryLater('the money is still held', heldLookMs);
}
