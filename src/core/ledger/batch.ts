import { assert } from '../kernel';
import { type RecordedEvent, assertContinues } from '../ports';
import { type LedgerRules, type LedgerTransaction, transactionOf } from './postings';

/** Events in one batch at most, so that a transaction and its memory stay small. */
export const ledgerBatchLimit = 1_000;

/** The transactions of a batch of events, which must follow `from` without a gap. */
export function transactionsOf(
  batch: {
    readonly partition: number;
    readonly from: number;
    readonly events: readonly RecordedEvent[];
  },
  rules: LedgerRules,
): readonly LedgerTransaction[] {
  const { events } = batch;
  assert(
    events.length <= ledgerBatchLimit,
    `${events.length.toString()} events are one batch of at most ${ledgerBatchLimit.toString()}`,
  );
  assertContinues(batch);
  return events.flatMap((event) => transactionOf(event, rules) ?? []);
}
