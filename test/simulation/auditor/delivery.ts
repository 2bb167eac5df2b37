import type { RecordedEvent } from '../../../src/core/ports';
import type { Check } from './evidence';
import { textOf } from './story';

/** Which events move money, and which ask for outside work: the auditor's own list. */
const movesMoney = new Set([
  'ChargeCaptured',
  'RefundRequested',
  'RefundRecorded',
  'RefundSucceeded',
  'RefundFailed',
]);
const asksForWork = new Set([
  'ChargeReviewApproved',
  'ChargeOutcomeUnknown',
  'ChargeActionRequired',
  'CaptureRequested',
  'CaptureOutcomeUnknown',
  'CancelRequested',
  'CancelOutcomeUnknown',
  'RefundRequested',
  'RefundOutcomeUnknown',
  'RefundPending',
  'RefundSucceeded',
  'PspNoticeReceived',
]);

/** What a notice says about the payment is no news to a charge that ends as one of these. */
const paidOrNeverAsked = new Set(['succeeded', 'blocked']);
/** Nor is it to these, when it says that no money was taken. */
const endedWithout = new Set(['failed', 'canceled']);

/** Invariant 11: every event has reached every reader, and has taken effect there once. */
export const checkDelivery: Check = ({ events, entries, books, stories }) => {
  const found: string[] = [];
  const audited = count(books.audit.effects().map(({ position }) => position));
  const posted = count(books.ledger.rows.transactions.map(({ position }) => position));
  const asked = count(books.queue.jobs().map(({ job }) => job.key));
  for (const { position, type, stream, version, data } of events) {
    const place = `event ${String(position)} (${type})`;
    const jobs = asked.get(`${stream}/${String(version)}`);
    expectCount(found, `${place} in the audit`, audited.get(position), 1);
    expectCount(found, `${place} in the ledger`, posted.get(position), movesMoney.has(type) ? 1 : 0);
    // A notice that is no news may go without a job, and may have had one while it was news.
    const status = stories.get(textOf(data.chargeId))?.status ?? '';
    const isIdle =
      type === 'PspNoticeReceived' &&
      data.refundId === null &&
      data.concerns !== 'refunds' &&
      (paidOrNeverAsked.has(status) || (endedWithout.has(status) && data.concerns === 'end'));
    if (!isIdle || jobs !== undefined)
      expectCount(found, `${place} among the jobs`, jobs, jobsFor(type, data));
  }
  const transactions = new Set(entries.map(({ transactionId }) => transactionId));
  expectCount(found, 'transactions with entries', transactions.size, books.ledger.rows.transactions.length);
  return found;
};

function jobsFor(type: string, data: RecordedEvent['data']): number {
  const isWork =
    asksForWork.has(type) ||
    (type === 'ChargeCreated' && data.assessment === 'approved') ||
    (type === 'ChargeFailed' && data.pspReference !== null);
  // What may be held is looked at once more, when it should have been let go.
  const mayBeHeld =
    type === 'ChargeReviewApproved' || (type === 'ChargeCreated' && data.captureMethod === 'manual');
  // What the payer or the reviewer has not done by the latest time is withdrawn then.
  const isLimited =
    type === 'ChargeActionRequired' || (type === 'ChargeCreated' && data.assessment === 'review');
  return Number(isWork) + Number(isWork && mayBeHeld) + Number(isLimited);
}

function count<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function expectCount(found: string[], what: string, actual = 0, expected: number): void {
  if (actual !== expected) found.push(`[11] ${what}: ${String(actual)}, not ${String(expected)}`);
}
