import { type Currency, type Sha256, type TenantId, assert } from '../kernel';
import type { Posting, RecordedEvent, Registry, TransactionId } from '../ports';
import { transactionIdOf } from './transaction-id';

/** What the ledger needs to know of the contexts whose money it keeps, and the hash of its chains. */
export interface LedgerRules extends Pick<Registry, 'chart' | 'kindOf'> {
  readonly sha256: Sha256;
}

export const ledgerRules = ({ chart, kindOf }: Registry, sha256: Sha256): LedgerRules => ({
  chart,
  kindOf,
  sha256,
});

/** What one event does to the ledger: postings that balance in every currency. */
export interface LedgerTransaction {
  readonly transactionId: TransactionId;
  readonly tenant: TenantId;
  readonly eventType: string;
  readonly subject: string;
  readonly part: string | null;
  readonly partition: number;
  readonly position: number;
  readonly recordedAt: number;
  readonly postings: readonly Posting[];
}

/** The ledger transaction of an event; null for an event that moves no money. */
export function transactionOf(event: RecordedEvent, rules: LedgerRules): LedgerTransaction | null {
  const kind = rules.kindOf(event.type);
  const movement = kind?.movementOf(event) ?? null;
  if (kind === null || movement === null) return null;
  const { postings, subject = kind.subjectOf(event.stream), part = kind.partOf(event) } = movement;
  assertBalanced(postings);
  return {
    transactionId: transactionIdOf(event),
    tenant: event.tenant,
    eventType: event.type,
    subject,
    part,
    partition: event.partition,
    position: event.position,
    recordedAt: event.recordedAt,
    postings,
  };
}

/** Debits equal credits in every currency, and every posting moves something. */
export function assertBalanced(postings: readonly Posting[]): void {
  assert(postings.length > 0, 'a movement has postings');
  const differenceOf = new Map<Currency, bigint>();
  for (const { side, amount } of postings) {
    assert(amount.amountMinor > 0n, `a posting moves more than ${amount.amountMinor.toString()} minor units`);
    const signed = side === 'debit' ? amount.amountMinor : -amount.amountMinor;
    differenceOf.set(amount.currency, (differenceOf.get(amount.currency) ?? 0n) + signed);
  }
  for (const [currency, difference] of differenceOf)
    assert(difference === 0n, `debits less credits are ${difference.toString()} ${currency}, not zero`);
}
