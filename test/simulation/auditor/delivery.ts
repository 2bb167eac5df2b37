import type { RecordedEvent } from '../../../src/core/ports';
import type { Check } from './evidence';
import { textOf } from './story';

/** Which events move money, and which ask for outside work: the auditor's own list. */
const movesMoney = new Set(['ChargeCaptured', 'RefundRequested', 'RefundSucceeded', 'RefundFailed']);
const asksForWork = new Set([
  'ChargeReviewApproved',
  'ChargeOutcomeUnknown',
  'ChargeActionRequired',
  'CaptureRequested',
  'CaptureOutcomeUnknown',
  'CancelOutcomeUnknown',
  'RefundRequested',
  'RefundOutcomeUnknown',
  'RefundPending',
  'PspNoticeReceived',
]);

/** A charge that is one of these at the end stays so, whatever the provider says about the payment. */
const over = new Set(['succeeded', 'failed', 'canceled', 'blocked']);

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
    // A notice about the payment of a charge that is over may go without a job, and may have had one before it was over.
    const isIdle =
      type === 'PspNoticeReceived' &&
      data.refundId === null &&
      over.has(stories.get(textOf(data.chargeId))?.status ?? '');
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
    (type === 'CancelRequested' && data.pspReference !== null);
  // What may be held is looked at once more, when it should have been let go.
  const mayBeHeld =
    type === 'ChargeReviewApproved' || (type === 'ChargeCreated' && data.captureMethod === 'manual');
  return Number(isWork) + Number(isWork && mayBeHeld);
}

function count<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function expectCount(found: string[], what: string, actual = 0, expected: number): void {
  if (actual !== expected) found.push(`[11] ${what}: ${String(actual)}, not ${String(expected)}`);
}
