import { assert } from '../kernel';
import type { RecordedEvent } from '../ports';
import { type LedgerTransaction, postingsFor } from './postings';

/** Events in one batch at most, so that a transaction and its memory stay small. */
export const ledgerBatchLimit = 1_000;

/**
 * The transactions of a batch of events that must follow `from` without a gap: a hole here would be money
 * that never reaches the books.
 */
export function transactionsOf(batch: {
  readonly partition: number;
  readonly from: number;
  readonly events: readonly RecordedEvent[];
}): readonly LedgerTransaction[] {
  const { partition, from, events } = batch;
  assert(
    events.length <= ledgerBatchLimit,
    `${events.length.toString()} events are one batch of at most ${ledgerBatchLimit.toString()}`,
  );
  const transactions: LedgerTransaction[] = [];
  events.forEach((event, index) => {
    const expected = from + index + 1;
    assert(
      event.partition === partition && event.position === expected,
      `event ${event.partition.toString()}/${event.position.toString()} stands at ` +
        `${partition.toString()}/${expected.toString()}`,
    );
    const transaction = postingsFor(event);
    if (transaction !== null) transactions.push(transaction);
  });
  return transactions;
}
