import type { Sha256 } from '../kernel';
import type { LedgerEntry } from '../ports';

/** Names the fields and their order below; another canonical text would take another name. */
const format = 'fincore-ledger-entry-1';

export type UnhashedEntry = Omit<LedgerEntry, 'hash'>;

/**
 * The canonical text of an entry: a JSON array of strings without spaces, numbers in decimal. Every column of
 * the entry and of its transaction is in it, so that no altered byte keeps the hash.
 */
export const canonicalEntry = (entry: UnhashedEntry): string =>
  JSON.stringify([
    format,
    entry.previousHash,
    entry.tenant,
    entry.sequence.toString(),
    entry.transactionId,
    entry.eventType,
    entry.subject,
    entry.part ?? '',
    entry.partition.toString(),
    entry.position.toString(),
    entry.effectiveAt.toString(),
    entry.firstSequence.toString(),
    entry.entryCount.toString(),
    entry.accountId,
    entry.code,
    entry.currency,
    entry.accountSequence.toString(),
    entry.side,
    entry.amountMinor.toString(),
    entry.balanceBeforeMinor.toString(),
    entry.balanceAfterMinor.toString(),
  ]);

export const entryHash = (entry: UnhashedEntry, sha256: Sha256): string => sha256(canonicalEntry(entry));
