import { newId } from '../../../src/core/kernel';
import { transactionOf } from '../../../src/core/ledger';
import { chargeCodec, type ChargeEvent, chargeStream } from '../../../src/core/payments';
import type { RecordedEvent } from '../../../src/core/ports';
import {
  aTenant,
  capture,
  countingIds,
  created,
  createHistory,
  eur,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../contract/ledger/history';
import { rules } from '../../support/ledger-rules';

const ids = countingIds();
const chargeId = newId('ch', ids);
const refundId = newId('re', ids);
const captureId = newId('cap', ids);
const amount = eur(1999);

const record = (event: ChargeEvent): RecordedEvent => createHistory().record(aTenant, chargeId, event);

describe('the postings of an event that moves money', () => {
  it.each([
    ['ChargeCaptured', capture(amount), 'psp_receivable:stripe', 'merchant_payable', null],
    [
      'ChargeCaptured',
      { ...capture(amount), captureId },
      'psp_receivable:stripe',
      'merchant_payable',
      captureId,
    ],
    ['RefundRequested', refundRequested(refundId, amount), 'merchant_payable', 'refunds_pending', refundId],
    [
      'RefundSucceeded',
      refundSucceeded(refundId, amount),
      'refunds_pending',
      'psp_receivable:stripe',
      refundId,
    ],
    ['RefundFailed', refundFailed(refundId, amount, false), 'refunds_pending', 'merchant_payable', refundId],
    [
      'RefundFailed',
      refundFailed(refundId, amount, true),
      'psp_receivable:stripe',
      'merchant_payable',
      refundId,
    ],
  ] as const)('%s debits and credits', (eventType, event, debit, credit, part) => {
    const recorded = record(event);
    expect(transactionOf(recorded, rules)).toEqual({
      transactionId: expect.stringMatching(/^txn_[0-9a-hjkmnp-tv-z]{26}$/) as string,
      tenant: aTenant,
      eventType,
      subject: chargeId,
      part,
      partition: 1,
      position: 1,
      recordedAt: recorded.recordedAt,
      postings: [
        { code: debit, side: 'debit', amount },
        { code: credit, side: 'credit', amount },
      ],
    });
  });
});

describe('the postings of any other event', () => {
  const failure = { code: 'card_declined', message: 'The card was declined.' };
  const reason = 'timeout';
  const pspReference = 'pi_1';
  it.each<ChargeEvent>([
    created(chargeId, amount),
    { type: 'ChargeReviewApproved' },
    { type: 'ChargeReviewRejected', reason },
    { type: 'ChargeOutcomeUnknown', reason },
    {
      type: 'ChargeActionRequired',
      provider: 'stripe',
      pspReference,
      nextAction: { kind: 'redirect', url: 'https://psp.test' },
      expiresAt: 1,
    },
    { type: 'ChargeAuthorized', provider: 'stripe', captureMethod: 'manual', pspReference, card: null },
    { type: 'ChargeFailed', provider: 'stripe', pspReference, card: null, failure },
    { type: 'CaptureRequested', captureId, pspReference, amount, final: true, requestedAt: 1 },
    { type: 'CaptureFailed', captureId, failure },
    { type: 'CaptureOutcomeUnknown', captureId, reason },
    { type: 'CancelRequested', reason: 'requested', pspReference },
    { type: 'ChargeCanceled' },
    { type: 'CancelFailed', failure },
    { type: 'CancelOutcomeUnknown', reason },
    { type: 'RefundPending', refundId, pspReference },
    { type: 'RefundOutcomeUnknown', refundId, reason },
  ])('$type: none', (event) => {
    expect(transactionOf(record(event), rules)).toBeNull();
  });

  it('of another context: none', () => {
    expect(transactionOf({ ...record(capture(amount)), type: 'MerchantCreated' }, rules)).toBeNull();
  });
});

describe('an event that cannot be booked', () => {
  it('stops the ledger: an amount of nothing, or less', () => {
    expect(() => transactionOf(record(capture(eur(0))), rules)).toThrow(
      'a posting moves more than 0 minor units',
    );
    expect(() => transactionOf(record(capture(eur(-5))), rules)).toThrow(
      'a posting moves more than -5 minor units',
    );
  });

  it('stops the ledger: a stream of another kind', () => {
    const recorded = record(capture(amount));
    for (const stream of [`refund-${refundId}`, `other-${chargeId}`, chargeId])
      expect(() => transactionOf({ ...recorded, stream }, rules)).toThrow(`${stream} is a stream charge-…`);
    expect(() => transactionOf({ ...recorded, stream: 'charge-ch_1' }, rules)).toThrow('ends with an id');
    expect(transactionOf({ ...recorded, stream: chargeStream(chargeId) }, rules)).not.toBeNull();
  });

  it('stops the ledger: a schema of a newer program', () => {
    const { schemaVersion } = chargeCodec.encode(capture(amount));
    expect(() =>
      transactionOf({ ...record(capture(amount)), schemaVersion: schemaVersion + 1 }, rules),
    ).toThrow('newer than this program');
  });
});
