import type { RefundId } from '../../../src/core/kernel';
import { type LedgerTransaction, post, transactionsOf } from '../../../src/core/ledger';
import type { Reader, RecordedEvent } from '../../../src/core/ports';
import type { MemoryStores } from '../../../src/compose/memory';
import type { Mutation } from '../mutation';
import type { Mutant } from './mutant';
import { rules } from '../../support/ledger-rules';

/** Changes one reader and leaves the others as they are. */
const onReader = (name: string, change: (reader: Reader, books: MemoryStores) => Reader): Mutation => ({
  reader: (reader, books) => (reader.name === name ? change(reader, books) : reader),
});

/** Two transactions that commit this close may become visible in the other order. */
const overtakenMs = 3;

/** Positions come from a sequence: what becomes visible after its successor is never read. */
export const outboxGap: Mutant = {
  name: 'the dispatcher skips a row that becomes visible late',
  breaks: [4, 11],
  plant: () =>
    onReader('dispatcher', (reader) => ({
      ...reader,
      apply: (from, events) => reader.apply(from, events.filter(isVisibleInTime)),
    })),
};

const isVisibleInTime = (event: RecordedEvent, index: number, events: readonly RecordedEvent[]): boolean => {
  const next = events[index + 1];
  return (
    next === undefined || next.stream === event.stream || next.recordedAt - event.recordedAt > overtakenMs
  );
};

/** A refund that has succeeded is taken for something that no notice can change. */
export const refundNoticeIgnored: Mutant = {
  name: 'a notice about a refund asks for no job',
  breaks: [11],
  plant: () =>
    onReader('notices', (reader) => ({
      ...reader,
      apply: (from, events) =>
        reader.apply(
          from,
          events.map((event) =>
            typeof event.data.refundId === 'string' ? { ...event, type: 'Nothing' } : event,
          ),
        ),
    })),
};

/** The ledger, with what it posts and when changed. */
const ledgerThat = (options: {
  readonly isConditional: boolean;
  readonly posts: (transactions: readonly LedgerTransaction[]) => readonly LedgerTransaction[];
}): Mutation =>
  onReader('ledger', (reader, { ledger: { rows } }) => {
    let checkpoint = 0;
    return {
      name: reader.name,
      checkpoint: () => Promise.resolve(checkpoint),
      async apply(from, events) {
        await Promise.resolve();
        if (options.isConditional && from !== checkpoint) return 'moved';
        const posted = post(
          options.posts(transactionsOf({ partition: 1, from, events }, rules)),
          rows,
          rules,
        );
        rows.transactions.push(...posted.transactions);
        for (const entry of posted.entries)
          rows.entries.set(entry.tenant, [...(rows.entries.get(entry.tenant) ?? []), entry]);
        for (const account of posted.accounts) rows.accounts.set(account.accountId, account);
        for (const head of posted.heads) rows.heads.set(head.tenant, head);
        checkpoint = from + events.length;
        return 'applied';
      },
    };
  });

/** A batch whose answer was lost, or that two processes read, is posted twice. */
export const noLedgerDedupe: Mutant = {
  name: "the ledger's checkpoint is not conditional",
  breaks: [3, 11],
  plant: () => ledgerThat({ isConditional: false, posts: (transactions) => transactions }),
};

export const oneSidedPosting: Mutant = {
  name: 'the failure of a refund is posted on one side only',
  breaks: [1],
  plant: () =>
    ledgerThat({
      isConditional: true,
      posts: (transactions) =>
        transactions.map((transaction) =>
          transaction.eventType === 'RefundFailed'
            ? { ...transaction, postings: transaction.postings.slice(0, 1) }
            : transaction,
        ),
    }),
};

/** Balanced, and wrong: the money that came back is not with the PSP again. */
export const lateFailureForgotten: Mutant = {
  name: 'a refund that came back is posted as one that never left',
  breaks: [3],
  plant: () =>
    onReader('ledger', (reader) => ({
      ...reader,
      apply: (from, events) =>
        reader.apply(
          from,
          events.map((event) =>
            event.type === 'RefundFailed'
              ? { ...event, data: { ...event.data, afterSuccess: false } }
              : event,
          ),
        ),
    })),
};

/** Somebody with access changes one byte of an entry, and nothing else. */
export const alteredEntry: Mutant = {
  name: 'an entry is altered after it was written',
  breaks: [8],
  plant: () =>
    onReader('ledger', (reader, { ledger: { rows } }) => ({
      ...reader,
      async apply(from, events) {
        const applied = await reader.apply(from, events);
        for (const entries of rows.entries.values()) {
          const [first] = entries;
          if (first !== undefined) entries[0] = { ...first, eventType: 'ChargeCaptureD' };
        }
        return applied;
      },
    })),
};

/** PaymentDB takes no notice of refunds that fail. */
export const staleProjection: Mutant = {
  name: 'the projection does not show that a refund has failed',
  breaks: [6],
  plant: () =>
    onReader('payments', (reader, { payments: { rows } }) => ({
      ...reader,
      async apply(from, events) {
        const applied = await reader.apply(from, events);
        for (const { type, data } of events) {
          const row = rows.refunds.get(data.refundId as RefundId);
          if (type === 'RefundFailed' && row !== undefined)
            rows.refunds.set(row.refund.refundId, { ...row, refund: { ...row.refund, status: 'succeeded' } });
        }
        return applied;
      },
    })),
};
