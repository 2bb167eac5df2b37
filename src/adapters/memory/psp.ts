import type { ChargeId, Clock, Currency } from '../../core/kernel';
import type {
  AuthorizeRequest,
  CancelOutcome,
  CaptureAtPspRequest,
  CaptureOutcome,
  PaymentOutcome,
  PspGateway,
  PspNotice,
  RefundAtPspRequest,
  RefundOutcome,
} from '../../core/ports';
import {
  type PspBookPayment,
  type PspTotals,
  outcomeOf,
  pspPaymentOf,
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
  refundIn,
  settleRefundsIn,
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
  const books = openBooks(options.cardOf ?? testCard, notices);
  const { payments } = books;
  return {
    name: 'memory',
    ...operationsOn(books, { clock, faultOf }),
    findPayment: ({ chargeId, pspReference }) =>
      lookUp('findPayment', faultOf, () => {
        const payment = pspReference === undefined ? paymentOf(books, chargeId) : payments.get(pspReference);
        return payment === undefined ? null : pspPaymentOf(payment);
      }),
    findRefund: ({ refundId, pspReference }) =>
      lookUp('findRefund', faultOf, () => {
        const refund = payments.get(pspReference)?.refunds.find((known) => known.refundId === refundId);
        return refund === undefined ? null : refundOutcomeOf(refund);
      }),
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
    settleRefunds: () => {
      for (const payment of payments.values()) settleRefundsIn(books, payment);
    },
    takeNotices: () => notices.splice(0).map((notice) => signNotice(notice, webhookSecrets[0], clock())),
  };
}

function openBooks(cardOf: (paymentToken: string) => CardBehavior, notices: PspNotice[]): PspBooks {
  let references = 0;
  const nextReference = (prefix: string) => `${prefix}_${++references}`;
  return {
    payments: new Map(),
    cardOf,
    nextReference,
    announce: (type, { tenant, chargeId }, refund) =>
      notices.push({
        eventId: nextReference('evt'),
        type,
        tenant,
        chargeId,
        ...(refund === undefined ? {} : { refundId: refund.refundId }),
      }),
  };
}

function operationsOn(
  books: PspBooks,
  wiring: { readonly clock: Clock; readonly faultOf: FaultOf },
): Pick<PspGateway, 'authorize' | 'capture' | 'cancel' | 'refund'> {
  return {
    authorize: oncePerKey<AuthorizeRequest, PaymentOutcome>('authorize', {
      ...wiring,
      effect: (request) => authorizeIn(books, request),
      // What the first request under the key came to, whatever this one asks.
      keyReused: ({ chargeId }) => {
        const earlier = paymentOf(books, chargeId);
        return earlier === undefined ? reused : outcomeOf(earlier);
      },
    }),
    capture: oncePerKey<CaptureAtPspRequest, CaptureOutcome>('capture', {
      ...wiring,
      effect: (request) => captureIn(books, request),
      keyReused: (_request, earlier) => earlier,
    }),
    cancel: oncePerKey<Parameters<PspGateway['cancel']>[0], CancelOutcome>('cancel', {
      ...wiring,
      effect: ({ pspReference }) => cancelIn(books, pspReference),
      keyReused: ({ pspReference }) => cancelIn(books, pspReference),
    }),
    refund: oncePerKey<RefundAtPspRequest, RefundOutcome>('refund', {
      ...wiring,
      effect: (request) => refundIn(books, request),
      keyReused: ({ pspReference, refundId }) => {
        const earlier = books.payments
          .get(pspReference)
          ?.refunds.find((known) => known.refundId === refundId);
        return earlier === undefined ? reused : refundOutcomeOf(earlier);
      },
    }),
  };
}

/** The charge's payment; where the PSP has made two, the one that took money. */
const paymentOf = (books: PspBooks, chargeId: ChargeId): PspBookPayment | undefined =>
  [...books.payments.values()]
    .filter((payment) => payment.chargeId === chargeId)
    .sort((one, other) => Number(tookMoney(other)) - Number(tookMoney(one)))[0];

const reused = {
  kind: 'failed',
  failure: { code: 'invalid_request', message: 'The key was used before with another request.' },
} as const;
