import type { Check } from './evidence';

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

/** Invariant 11: every event has reached every reader, and has taken effect there once. */
export const checkDelivery: Check = ({ events, entries, books }) => {
  const found: string[] = [];
  const audited = count(books.audit.effects().map(({ position }) => position));
  const posted = count(books.ledger.rows.transactions.map(({ position }) => position));
  const asked = count(books.queue.jobs().map(({ job }) => job.key));
  for (const { position, type, stream, version, data } of events) {
    const place = `event ${String(position)} (${type})`;
    const isWork =
      asksForWork.has(type) ||
      (type === 'ChargeCreated' && data.assessment === 'approved') ||
      (type === 'CancelRequested' && data.pspReference !== null);
    expectCount(found, `${place} in the audit`, audited.get(position), 1);
    expectCount(found, `${place} in the ledger`, posted.get(position), movesMoney.has(type) ? 1 : 0);
    expectCount(found, `${place} among the jobs`, asked.get(`${stream}/${String(version)}`), isWork ? 1 : 0);
  }
  const transactions = new Set(entries.map(({ transactionId }) => transactionId));
  expectCount(found, 'transactions with entries', transactions.size, books.ledger.rows.transactions.length);
  return found;
};

function count<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function expectCount(found: string[], what: string, actual = 0, expected: number): void {
  if (actual !== expected) found.push(`[11] ${what}: ${String(actual)}, not ${String(expected)}`);
}
