import type { ChargeId, Clock, Currency, Money } from '../../core/kernel';
import {
  type AtPspRequest,
  type AuthorizeRequest,
  type CancelAtPspRequest,
  type CancelOutcome,
  type CaptureAtPspRequest,
  type CaptureOutcome,
  type PaymentOutcome,
  type PspGateway,
  type PspNotice,
  type RefundAtPspRequest,
  type RefundOutcome,
  assertSameRefund,
} from '../../core/ports';
import {
  type PspBookPayment,
  type PspBookRefund,
  type PspTotals,
  assertAsked,
  outcomeOf,
  pspPaymentOf,
  pspRefundOf,
  refundOutcomeOf,
  tookMoney,
  totalsOf,
} from './psp-books';
import { type FaultOf, lookUp, oncePerKey } from './psp-calls';
import { type CardBehavior, testCard } from './psp-cards';
import { type SignedNotice, signNotice, verifySignedNotice } from './psp-notices';
import {
  type PspBooks,
  authorizeIn,
  cancelIn,
  captureByHandIn,
  captureIn,
  decideIn,
  expireIn,
  payAgainIn,
  refundByHandIn,
  refundIn,
  settleRefundsIn,
  withdrawIn,
} from './psp-operations';

export interface MemoryPspOptions {
  readonly clock: Clock;
  /** @default the names of Stripe's test cards */
  readonly cardOf?: (paymentToken: string) => CardBehavior;
  /** Asked once for every call. @default no faults */
  readonly faultOf?: FaultOf;
  /** Notices are signed with the first one, and accepted by any. @default one secret */
  readonly webhookSecrets?: readonly [string, ...string[]];
}

export interface MemoryPsp extends PspGateway {
  /** How many payments hold or took money for a charge. More than one is a double charge. */
  chargesOf(chargeId: ChargeId): number;
  totals(): ReadonlyMap<Currency, PspTotals>;
  /** Every payment that was ever made, the oldest first: what an auditor compares FinCore's books with. */
  payments(): Iterable<Readonly<PspBookPayment>>;
  /** The payer confirms or refuses; the network decides. */
  decide(pspReference: string, decision: 'succeed' | 'fail'): void;
  /** The authorization runs out, as each does in the end; nothing happens to a payment that holds nothing. */
  expire(pspReference: string): void;
  /** A person takes money that is held, at the PSP and not through FinCore. */
  captureByHand(pspReference: string, amountMinor: bigint, isFinal: boolean): void;
  /** The payer pays a payment that failed, with another card. */
  payAgain(pspReference: string): void;
  /** A person gives money back at the PSP, and not through FinCore. */
  refundByHand(pspReference: string, amountMinor: bigint): void;
  /** Refunds that wait are paid, refunds that fail later fail. */
  settleRefunds(): void;
  /** The notices since the last call, in the order of what they report, signed now. */
  takeNotices(): readonly SignedNotice[];
}

/**
 * The PSP port's contract without a PSP: deterministic, without timers, and kept for the life of the process.
 * Every call yields once, and takes effect in one piece.
 */
export function createMemoryPsp(options: MemoryPspOptions): MemoryPsp {
  const { clock, faultOf = () => null, webhookSecrets = ['memory-psp'] } = options;
  const notices: PspNotice[] = [];
  const books = openBooks(options.cardOf ?? testCard, clock, notices);
  const { payments } = books;
  return {
    name: 'memory',
    amountRefusal: () => null,
    ...operationsOn(books, { clock, faultOf }),
    findPayment: ({ payment: terms, pspReference }) =>
      lookUp('findPayment', faultOf, () => {
        const payment =
          pspReference === undefined ? paymentOf(books, terms.chargeId) : payments.get(pspReference);
        if (payment === undefined) return null;
        assertAsked(payment, terms);
        return pspPaymentOf(payment);
      }),
    findRefund: ({ refundId, refundReference, amount, ...query }) =>
      lookUp('findRefund', faultOf, () => {
        const refund = asked(books, query)?.refunds.find((known) =>
          refundReference === null ? known.refundId === refundId : known.reference === refundReference,
        );
        return refund === undefined ? null : askedRefundOf(refund, { ...query, amount });
      }),
    listRefunds: (query) =>
      lookUp('listRefunds', faultOf, () => (asked(books, query)?.refunds ?? []).map(pspRefundOf)),
    verifyNotice: (request) => verifySignedNotice(webhookSecrets, request),
    chargesOf: (chargeId) =>
      [...payments.values()].filter((payment) => payment.chargeId === chargeId && tookMoney(payment)).length,
    totals: () => totalsOf(payments.values()),
    payments: () => payments.values(),
    decide: (pspReference, decision) => decideIn(books, pspReference, decision),
    expire: (pspReference) => {
      const payment = payments.get(pspReference);
      if (payment !== undefined) expireIn(books, payment);
    },
    captureByHand: (pspReference, amountMinor, isFinal) => {
      captureByHandIn(books, pspReference, { amountMinor, isFinal });
    },
    payAgain: (pspReference) => payAgainIn(books, pspReference),
    refundByHand: (pspReference, amountMinor) => refundByHandIn(books, pspReference, amountMinor),
    settleRefunds: () => {
      for (const payment of payments.values()) settleRefundsIn(books, payment);
    },
    takeNotices: () => notices.splice(0).map((notice) => signNotice(notice, webhookSecrets[0], clock())),
  };
}

function openBooks(
  cardOf: (paymentToken: string) => CardBehavior,
  clock: Clock,
  notices: PspNotice[],
): PspBooks {
  let references = 0;
  const nextReference = (prefix: string) => `${prefix}_${++references}`;
  return {
    payments: new Map(),
    cardOf,
    clock,
    nextReference,
    announce: (type, { tenant, chargeId }, { refundId = null, concerns } = {}) =>
      notices.push({
        eventId: nextReference('evt'),
        type,
        tenant,
        chargeId,
        ...(refundId === null ? {} : { refundId }),
        ...(concerns === undefined ? {} : { concerns }),
      }),
  };
}

function operationsOn(
  books: PspBooks,
  wiring: { readonly clock: Clock; readonly faultOf: FaultOf },
): Pick<PspGateway, 'authorize' | 'withdraw' | 'capture' | 'cancel' | 'refund'> {
  // One key stands for the payment, whether it is asked for or withdrawn.
  const forPayment = oncePerKey<AuthorizeRequest & { readonly withdraws: boolean }, PaymentOutcome>(
    'authorize',
    {
      ...wiring,
      effect: ({ withdraws, ...request }) =>
        withdraws ? withdrawIn(books, request) : authorizeIn(books, request),
      // Repeats the outcome of the first request under the key.
      keyReused: (request) => {
        const earlier = paymentOf(books, request.chargeId);
        if (earlier === undefined) return reused;
        assertAsked(earlier, request);
        return outcomeOf(earlier);
      },
    },
  );
  return {
    authorize: (request) => forPayment({ ...request, withdraws: false }),
    withdraw: (request) => forPayment({ ...request, withdraws: true }),
    capture: oncePerKey<CaptureAtPspRequest, CaptureOutcome>('capture', {
      ...wiring,
      effect: (request) => {
        asked(books, request);
        return captureIn(books, request);
      },
      keyReused: (_request, earlier) => earlier,
    }),
    // A payment is canceled once: the key of a refusal does not stand in the way of a later try, as at Stripe.
    cancel: oncePerKey<CancelAtPspRequest, CancelOutcome>('cancel', {
      ...wiring,
      effect: (request) => cancelAsked(books, request),
      keyReused: (request) => cancelAsked(books, request),
      repeats: ({ kind }) => kind !== 'failed',
    }),
    refund: oncePerKey<RefundAtPspRequest, RefundOutcome>('refund', {
      ...wiring,
      effect: (request) => {
        asked(books, request);
        return refundIn(books, request);
      },
      keyReused: (request) => {
        const earlier = asked(books, request)?.refunds.find(({ refundId }) => refundId === request.refundId);
        return earlier === undefined ? reused : askedRefundOf(earlier, request);
      },
    }),
  };
}

/** The charge's payment; where the PSP has made two, the one that took money. */
const paymentOf = (books: PspBooks, chargeId: ChargeId): PspBookPayment | undefined =>
  [...books.payments.values()]
    .filter((payment) => payment.chargeId === chargeId)
    .sort((one, other) => Number(tookMoney(other)) - Number(tookMoney(one)))[0];

/** @throws PspContradiction for a refund of another amount */
function askedRefundOf(refund: PspBookRefund, query: AtPspRequest & { readonly amount: Money }) {
  const { reference, amountMinor } = refund;
  assertSameRefund(query, {
    pspReference: reference,
    amountMinor,
    currency: query.payment.amount.currency,
    payment: query.pspReference,
  });
  return refundOutcomeOf(refund);
}

/** The payment that a question names. @throws PspContradiction for one of another charge */
function asked(books: PspBooks, { payment: terms, pspReference }: AtPspRequest): PspBookPayment | undefined {
  const payment = books.payments.get(pspReference);
  if (payment !== undefined) assertAsked(payment, terms);
  return payment;
}

function cancelAsked(books: PspBooks, request: CancelAtPspRequest): CancelOutcome {
  asked(books, request);
  return cancelIn(books, request.pspReference);
}

const reused = {
  kind: 'failed',
  failure: { code: 'invalid_request', message: 'The key was used before with another request.' },
} as const;
