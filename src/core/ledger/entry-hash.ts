import type { LedgerEntry } from '../ports';

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. The core has no cryptography of its own. */
export type Sha256 = (text: string) => string;

/** What the first entry of a tenant names as the hash before it: nothing hashes to it. */
export const chainOrigin = '0'.repeat(64);

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
    entry.chargeId,
    entry.operationId ?? '',
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
