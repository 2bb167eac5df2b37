import type { Money } from '../kernel';
import { type Context, type EventFacts, type Posting, type Provider, streamKind } from '../ports';
import {
  chargeJobsEndingWithEvent,
  followUpQueue,
  followUpRetry,
  jobsForCharge,
  paymentsQueue,
  paymentsRetry,
} from './charge-jobs';
import { chargeCodec } from './codec';
import { type ChargeErrorCode, paymentsCatalogue } from './errors';
import type { ChargeEvent } from './events';
import { type PspNoticeReceived, pspNoticeCodec } from './psp-notice';
import { chargeFact, paymentsPublicTypes, refundFact } from './public-events';
import { paymentsReadModel } from './read-model';

const merchantPayable = 'merchant_payable';
const refundsPending = 'refunds_pending';
const pspReceivable = (provider: Provider) => `psp_receivable:${provider}`;

/** A transfer between two accounts. */
const transfer = (
  amount: Money,
  { debit, credit }: { readonly debit: string; readonly credit: string },
): { readonly postings: readonly Posting[] } => ({
  postings: [
    { code: debit, side: 'debit', amount },
    { code: credit, side: 'credit', amount },
  ],
});

/** A merchant's request, or what a provider answered. None of them changes a guarded balance. */
const fact = <Event extends ChargeEvent>(
  action: string,
  meaning: string,
  movement: EventFacts<Event>['movement'],
  publicEvent: EventFacts<Event>['publicEvent'],
): EventFacts<Event> => ({
  action,
  meaning,
  movement,
  effects: null,
  jobs: (_, recorded) => jobsForCharge(recorded),
  publicEvent,
});

/** Charges with their captures and refunds, and the notices of payment service providers. */
export const paymentsContext: Context<ChargeErrorCode> = {
  name: 'payments',
  streams: [
    streamKind<ChargeEvent>({
      title: 'Charge',
      prefix: 'charge-',
      subject: 'ch_…',
      codec: chargeCodec,
      parts: ['refundId', 'captureId'],
      facts: {
        ChargeCreated: fact(
          'CreateCharge',
          'A merchant asked for a payment; the rules have assessed it.',
          null,
          ({ assessment }, id) =>
            assessment === 'approved'
              ? null
              : chargeFact(`charge.${assessment === 'review' ? 'in_review' : 'blocked'}`, id),
        ),
        ChargeReviewApproved: fact(
          'ReviewCharge',
          'A person released a charge that the rules had held.',
          null,
          (_, id) => chargeFact('charge.processing', id),
        ),
        ChargeReviewRejected: fact(
          'ReviewCharge',
          'A person rejected a charge that the rules had held.',
          null,
          (_, id) => chargeFact('charge.blocked', id),
        ),
        ChargeOutcomeUnknown: fact(
          'RecordOutcome',
          'The PSP was asked for the authorization and did not answer; it is looked up until known.',
          null,
          null,
        ),
        ChargeActionRequired: fact(
          'RecordOutcome',
          'The payer has to do something first, usually to authenticate.',
          null,
          (_, id) => chargeFact('charge.requires_action', id),
        ),
        ChargeAuthorized: fact(
          'RecordOutcome',
          'The issuer promised the amount. After ChargeFailed or ChargeCanceled: the PSP has taken money all the same, and it is booked.',
          null,
          ({ captureMethod }, id) =>
            captureMethod === 'manual' ? chargeFact('charge.authorized', id) : null,
        ),
        ChargeFailed: fact(
          'RecordOutcome',
          'The payment was declined; the reason is in `failure`. It is ended at the PSP too.',
          null,
          (_, id) => chargeFact('charge.failed', id),
        ),
        CaptureRequested: fact(
          'CaptureCharge',
          'The merchant asked for authorized money, all of it or a part.',
          null,
          null,
        ),
        ChargeCaptured: fact(
          'RecordOutcome',
          'Money was taken; for an automatic charge together with the authorization.',
          ({ amount, provider }) =>
            transfer(amount, { debit: pspReceivable(provider), credit: merchantPayable }),
          ({ final }, id) => chargeFact(final ? 'charge.succeeded' : 'charge.captured', id),
        ),
        CaptureFailed: fact(
          'RecordOutcome',
          'The PSP refused a capture; the amount may be captured again.',
          null,
          (_, id) => chargeFact('charge.capture_failed', id),
        ),
        CaptureOutcomeUnknown: fact(
          'RecordOutcome',
          'The PSP was asked for a capture and did not answer; it is asked again with the same key.',
          null,
          null,
        ),
        CancelRequested: fact(
          'CancelCharge',
          'The merchant asked to end a payment that is not taken, or its time ran out; which, is in `reason`.',
          null,
          null,
        ),
        ChargeCanceled: fact(
          'RecordOutcome',
          'What was authorized and not captured is released.',
          null,
          (_, id) => chargeFact('charge.canceled', id),
        ),
        CancelFailed: fact('RecordOutcome', 'The PSP refused the cancellation.', null, (_, id) =>
          chargeFact('charge.cancel_failed', id),
        ),
        CancelOutcomeUnknown: fact(
          'RecordOutcome',
          'The PSP was asked for the cancellation and did not answer; it is asked again.',
          null,
          null,
        ),
        RefundRequested: fact(
          'RequestRefund',
          'The merchant asked to give captured money back, all of it or a part.',
          ({ amount }) => transfer(amount, { debit: merchantPayable, credit: refundsPending }),
          ({ refundId }) => refundFact('refund.created', refundId),
        ),
        RefundRecorded: fact(
          'RecordOutcome',
          'A refund was made at the PSP itself and found there; the next event says how far it has come.',
          ({ amount }) => transfer(amount, { debit: merchantPayable, credit: refundsPending }),
          ({ refundId }) => refundFact('refund.created', refundId),
        ),
        RefundPending: fact(
          'RecordOutcome',
          'The PSP took the refund and has not settled it yet.',
          null,
          null,
        ),
        RefundSucceeded: fact(
          'RecordOutcome',
          'The money was given back.',
          ({ amount, provider }) =>
            transfer(amount, { debit: refundsPending, credit: pspReceivable(provider) }),
          ({ refundId }) => refundFact('refund.succeeded', refundId),
        ),
        RefundFailed: fact(
          'RecordOutcome',
          'The refund did not happen, or came back after it had succeeded; the amount may be refunded again.',
          // A refund that came back after its success brings the money back to the PSP; one that never
          // happened only ends the waiting. Either way the merchant is owed the amount again.
          ({ amount, provider, afterSuccess }) =>
            transfer(amount, {
              debit: afterSuccess ? pspReceivable(provider) : refundsPending,
              credit: merchantPayable,
            }),
          ({ refundId }) => refundFact('refund.failed', refundId),
        ),
        RefundOutcomeUnknown: fact(
          'RecordOutcome',
          'The PSP was asked for the refund and did not answer; it is looked up until known.',
          null,
          null,
        ),
      },
    }),
    streamKind<PspNoticeReceived>({
      title: 'PSP notice',
      prefix: 'psp-notice-',
      subject: '<psp>-<event id>',
      codec: pspNoticeCodec,
      parts: ['refundId'],
      facts: {
        PspNoticeReceived: {
          action: 'ReceiveNotice',
          meaning: 'A PSP sent an authentic webhook: a hint to ask it about the charge.',
          movement: null,
          effects: null,
          // What a notice asks for depends on what its charge is by then: see `jobsForNotices`.
          jobs: null,
          publicEvent: null,
        },
      },
    }),
  ],
  chart: {
    'psp_receivable:<provider>': {
      class: 'asset',
      normalSide: 'debit',
      meaning:
        'Captured by the provider for the merchant, less what it has refunded; before fees and payouts.',
    },
    [merchantPayable]: {
      class: 'liability',
      normalSide: 'credit',
      meaning: 'Owed to the merchant: captured, less refunds that are asked for or done.',
    },
    [refundsPending]: {
      class: 'liability',
      normalSide: 'credit',
      meaning: 'Taken from the merchant for refunds that the PSP has not yet confirmed.',
    },
  },
  queues: [
    {
      name: paymentsQueue,
      retry: paymentsRetry,
      isPrompt: true,
      jobsEndingWithEvent: chargeJobsEndingWithEvent,
    },
    { name: followUpQueue, retry: followUpRetry, isPrompt: false, concurrency: 4 },
  ],
  asksProviders: true,
  readModels: [paymentsReadModel],
  refusals: paymentsCatalogue,
  publicTypes: paymentsPublicTypes,
};
