import type { Currency, TenantId } from '../../../../core/kernel';
import type { AccountCode, AccountId, LedgerEntry, Side, TransactionId } from '../../../../core/ports';
import { epochMs } from './epoch-ms';

/** The columns of an entry with its transaction and account, in the form that `toEntry` reads. */
export const selectEntries = `
  SELECT e.tenant, e.sequence, e.transaction_id, e.account_id, a.code, a.currency, e.account_sequence, e.side,
    e.amount, e.balance_before, e.balance_after, encode(e.previous_hash, 'hex') AS previous_hash,
    encode(e.hash, 'hex') AS hash, t.event_type, t.subject, t.part, t.partition, t.position,
    ${epochMs('t.effective_at')} AS effective_at_ms, t.first_sequence, t.entry_count
  FROM ledger.entries e
  JOIN ledger.transactions t ON t.id = e.transaction_id
  JOIN ledger.accounts a ON a.id = e.account_id`;

export interface EntryRow {
  readonly tenant: TenantId;
  readonly sequence: string;
  readonly transaction_id: TransactionId;
  readonly account_id: AccountId;
  readonly code: AccountCode;
  readonly currency: Currency;
  readonly account_sequence: string;
  readonly side: Side;
  readonly amount: string;
  readonly balance_before: string;
  readonly balance_after: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly event_type: string;
  readonly subject: string;
  readonly part: string | null;
  readonly partition: number;
  readonly position: string;
  readonly effective_at_ms: string;
  readonly first_sequence: string;
  readonly entry_count: number;
}

export const toEntry = (row: EntryRow): LedgerEntry => ({
  tenant: row.tenant,
  sequence: Number(row.sequence),
  transactionId: row.transaction_id,
  accountId: row.account_id,
  code: row.code,
  currency: row.currency,
  accountSequence: Number(row.account_sequence),
  side: row.side,
  amountMinor: BigInt(row.amount),
  balanceBeforeMinor: BigInt(row.balance_before),
  balanceAfterMinor: BigInt(row.balance_after),
  previousHash: row.previous_hash,
  hash: row.hash,
  eventType: row.event_type,
  subject: row.subject,
  part: row.part,
  partition: row.partition,
  position: Number(row.position),
  effectiveAt: Number(row.effective_at_ms),
  firstSequence: Number(row.first_sequence),
  entryCount: row.entry_count,
});
