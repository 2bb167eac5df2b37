import { type Clock, type RefundId, assert } from '../../core/kernel';
import type {
  AuthorizeRequest,
  CancelOutcome,
  CaptureAtPspRequest,
  CaptureOutcome,
  PaymentOutcome,
  PspNotice,
  PspFailure,
  RefundAtPspRequest,
  RefundOutcome,
} from '../../core/ports';
import {
  type PspBookPayment,
  type PspBookRefund,
  outcomeOf,
  refundOutcomeOf,
  refundedMinor,
} from './psp-books';
import type { CardBehavior } from './psp-cards';

/** What every operation of the memory PSP works on. */
export interface PspBooks {
  readonly payments: Map<string, PspBookPayment>;
  readonly cardOf: (paymentToken: string) => CardBehavior;
  readonly nextReference: (prefix: string) => string;
  readonly clock: Clock;
  readonly announce: (
    type: string,
    payment: PspBookPayment,
    about?: { readonly refundId?: RefundId | null; readonly concerns?: PspNotice['concerns'] },
  ) => void;
}

export function authorizeIn(books: PspBooks, request: AuthorizeRequest): PaymentOutcome {
  const payment = open(books, request);
  switch (payment.card.kind) {
    case 'approves':
      approve(books, payment);
      break;
    case 'declines':
      decline(books, payment, payment.card.failure);
      break;
    case 'asks_the_payer':
      payment.status = { kind: 'action_required' };
      books.announce('payment_intent.requires_action', payment);
      break;
    case 'hesitates':
      books.announce('payment_intent.processing', payment);
  }
  return outcomeOf(payment);
}

/** Takes the key of a payment that is never to be taken: what asks for it later finds it canceled. */
export function withdrawIn(books: PspBooks, request: AuthorizeRequest): PaymentOutcome {
  const payment = open(books, request);
  close(books, payment, 'asked');
  return outcomeOf(payment);
}

function open(books: PspBooks, request: AuthorizeRequest): PspBookPayment {
  const payment: PspBookPayment = {
    reference: books.nextReference('pi'),
    tenant: request.tenant,
    chargeId: request.chargeId,
    amount: request.amount,
    captureMethod: request.captureMethod,
    createdAt: books.clock(),
    card: books.cardOf(request.paymentToken),
    status: { kind: 'undecided' },
    capturedMinor: 0n,
    refunds: [],
  };
  books.payments.set(payment.reference, payment);
  return payment;
}

/** The payer confirmed or the network decided: an open payment takes its end. */
export function decideIn(books: PspBooks, pspReference: string, decision: 'succeed' | 'fail'): void {
  const payment = books.payments.get(pspReference);
  const isOpen = payment?.status.kind === 'action_required' || payment?.status.kind === 'undecided';
  assert(payment !== undefined && isOpen, `${pspReference} is a payment that is not decided yet`);
  if (decision === 'succeed') approve(books, payment);
  else
    decline(books, payment, {
      code: 'authentication_failed',
      message: 'The payer did not confirm the payment.',
    });
}

/** The payer pays a payment that failed with another card, as long as nobody has canceled it. */
export function payAgainIn(books: PspBooks, pspReference: string): void {
  const payment = books.payments.get(pspReference);
  assert(payment?.status.kind === 'failed', `${pspReference} is a payment that failed`);
  approve(books, payment);
}

function approve(books: PspBooks, payment: PspBookPayment): void {
  if (payment.captureMethod === 'manual') {
    payment.status = { kind: 'held' };
    books.announce('payment_intent.amount_capturable_updated', payment);
    return;
  }
  payment.status = { kind: 'captured' };
  payment.capturedMinor = payment.amount.amountMinor;
  books.announce('payment_intent.succeeded', payment);
}

function decline(books: PspBooks, payment: PspBookPayment, failure: PspFailure): void {
  payment.status = { kind: 'failed', failure };
  books.announce('payment_intent.payment_failed', payment, { concerns: 'end' });
}

export function captureIn(books: PspBooks, request: CaptureAtPspRequest): CaptureOutcome {
  const payment = books.payments.get(request.pspReference);
  if (payment === undefined)
    return refused('invalid_request', `There is no payment ${request.pspReference}.`);
  const { status } = payment;
  if (status.kind === 'captured') return refused('already_captured', 'All that was held has been captured.');
  if (status.kind === 'canceled')
    return status.because === 'expired'
      ? refused('authorization_expired', 'The authorization has run out.')
      : refused('already_canceled', 'The payment was canceled.');
  if (status.kind !== 'held') return refused('invalid_request', `The payment is ${status.kind}.`);
  const left = payment.amount.amountMinor - payment.capturedMinor;
  if (request.amount.amountMinor > left)
    return refused('amount_too_large', `Only ${left} of the payment can be captured.`);
  take(books, payment, { amountMinor: request.amount.amountMinor, isFinal: request.final });
  return { kind: 'captured' };
}

interface Part {
  readonly amountMinor: bigint;
  readonly isFinal: boolean;
}

/** What a person takes at the PSP itself, of what is held. */
export function captureByHandIn(books: PspBooks, pspReference: string, part: Part): void {
  const payment = books.payments.get(pspReference);
  assert(payment?.status.kind === 'held', `${pspReference} is a payment that is held`);
  take(books, payment, part);
}

function take(books: PspBooks, payment: PspBookPayment, { amountMinor, isFinal }: Part): void {
  payment.capturedMinor += amountMinor;
  const isComplete = isFinal || payment.capturedMinor === payment.amount.amountMinor;
  if (isComplete) payment.status = { kind: 'captured' };
  books.announce(
    isComplete ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated',
    payment,
  );
}

export function cancelIn(books: PspBooks, pspReference: string): CancelOutcome {
  const payment = books.payments.get(pspReference);
  if (payment === undefined) return refused('invalid_request', `There is no payment ${pspReference}.`);
  switch (payment.status.kind) {
    case 'canceled':
      return canceled(payment);
    case 'held':
    case 'action_required':
    case 'failed':
      close(books, payment, 'asked');
      return canceled(payment);
    case 'captured':
      if (payment.capturedMinor < payment.amount.amountMinor) return canceled(payment);
      return refused('already_captured', 'All that was held has been captured.');
    case 'undecided':
      return refused('invalid_request', `The payment is ${payment.status.kind}.`);
  }
}

const canceled = ({ capturedMinor }: PspBookPayment): CancelOutcome => ({ kind: 'canceled', capturedMinor });

/** Ends an authorization that has run out; earlier captures stay. */
export function expireIn(books: PspBooks, payment: PspBookPayment): void {
  if (payment.status.kind === 'held') close(books, payment, 'expired');
}

function close(books: PspBooks, payment: PspBookPayment, because: 'asked' | 'expired'): void {
  payment.status = { kind: 'canceled', because };
  books.announce('payment_intent.canceled', payment, { concerns: 'end' });
}

export function refundIn(books: PspBooks, request: RefundAtPspRequest): RefundOutcome {
  const payment = books.payments.get(request.pspReference);
  if (payment === undefined)
    return refused('invalid_request', `There is no payment ${request.pspReference}.`);
  const earlier = payment.refunds.find(({ refundId }) => refundId === request.refundId);
  const left = payment.capturedMinor - refundedMinor(payment);
  if (request.amount.amountMinor > left) {
    // As a real PSP's gateway does: a refund that took place before explains why nothing is left.
    if (earlier !== undefined) return refundOutcomeOf(earlier);
    const code = left === 0n && payment.capturedMinor > 0n ? 'already_refunded' : 'amount_too_large';
    return refused(code, `Only ${left} of the payment can be refunded.`);
  }
  const isPending = payment.card.kind === 'approves' && payment.card.refunds === 'pending';
  const refund: PspBookRefund = {
    reference: books.nextReference('re'),
    refundId: request.refundId,
    amountMinor: request.amount.amountMinor,
    createdAt: books.clock(),
    status: isPending ? 'pending' : 'succeeded',
  };
  return giveBack(books, payment, refund);
}

/** A refund that a person makes at the PSP itself. */
export function refundByHandIn(books: PspBooks, pspReference: string, amountMinor: bigint): void {
  const payment = books.payments.get(pspReference);
  const left = payment === undefined ? 0n : payment.capturedMinor - refundedMinor(payment);
  assert(payment !== undefined && amountMinor <= left, `${pspReference} has ${amountMinor} left to refund`);
  const isPending = payment.card.kind === 'approves' && payment.card.refunds === 'pending';
  giveBack(books, payment, {
    reference: books.nextReference('re'),
    refundId: null,
    amountMinor,
    createdAt: books.clock(),
    status: isPending ? 'pending' : 'succeeded',
  });
}

function giveBack(books: PspBooks, payment: PspBookPayment, refund: PspBookRefund): RefundOutcome {
  payment.refunds.push(refund);
  announceRefund(books, 'refund.created', payment, refund);
  books.announce('charge.refunded', payment, { concerns: 'refunds' });
  return refundOutcomeOf(refund);
}

/** As a real PSP's notice, one about a refund made outside does not say to which charge it belongs: nobody can use it. */
function announceRefund(books: PspBooks, type: string, payment: PspBookPayment, { refundId }: PspBookRefund) {
  if (refundId !== null) books.announce(type, payment, { refundId });
}

/** The bank's last word on the refunds of a payment whose card lets them wait or fail. */
export function settleRefundsIn(books: PspBooks, payment: PspBookPayment): void {
  if (payment.card.kind !== 'approves' || payment.card.refunds === 'at_once') return;
  const settled = payment.card.refunds === 'pending' ? 'succeeded' : 'failed';
  for (const refund of payment.refunds) {
    if (refund.status === settled) continue;
    refund.status = settled;
    announceRefund(books, settled === 'failed' ? 'refund.failed' : 'refund.updated', payment, refund);
  }
}

const refused = (
  code: string,
  message: string,
): { readonly kind: 'failed'; readonly failure: PspFailure } => ({
  kind: 'failed',
  failure: { code, message },
});
