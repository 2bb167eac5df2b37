import { type Currency, type Difference, type TenantId, chainOrigin, differs, missingRow } from '../kernel';
import type {
  AccountId,
  ChainHead,
  LedgerAccount,
  LedgerEntry,
  TenantClosing,
  TransactionId,
} from '../ports';
import { accountIdOf, signedMinor } from './accounts';
import { entryHash } from './entry-hash';
import type { FaultPlace, LedgerFault } from './fault';
import type { LedgerRules } from './postings';

/** Debits and credits of a currency. */
export interface Turnover {
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/** Where a tenant's chain has been verified to: all that further entries follow on. It grows with the accounts. */
export interface VerifiedChain {
  readonly head: ChainHead;
  /** Of the journal: where the event of the last transaction stands. */
  readonly lastPosition: number;
  readonly transactionCount: number;
  readonly accounts: ReadonlyMap<AccountId, LedgerAccount>;
  readonly turnover: ReadonlyMap<Currency, Turnover>;
}

const emptyChain = (tenant: TenantId): VerifiedChain => ({
  head: { tenant, sequence: 0, hash: chainOrigin, effectiveAt: 0 },
  lastPosition: 0,
  transactionCount: 0,
  accounts: new Map(),
  turnover: new Map(),
});

/** Recomputes one tenant's chain, entry by entry. Its memory grows with the accounts, never with the entries. */
export interface ChainVerifier {
  /** The next entry in chain order. @returns the first fault that the entry shows; then verification ends. */
  take(entry: LedgerEntry): LedgerFault | null;
  /** After the last entry: what is kept beside the entries must be what they add up to. */
  close(closing: TenantClosing): LedgerFault | null;
  /** What to go on from another time; null in the middle of a transaction. */
  verified(): VerifiedChain | null;
}

/** A transaction whose entries are being read. */
interface OpenTransaction {
  readonly transactionId: TransactionId;
  readonly entryCount: number;
  readonly seen: number;
  readonly differences: ReadonlyMap<Currency, bigint>;
}

/** @param since where an earlier verification ended that found no fault; by default before the first entry */
export function chainVerifier(
  tenant: TenantId,
  rules: LedgerRules,
  since: VerifiedChain = emptyChain(tenant),
): ChainVerifier {
  let { head, lastPosition, transactionCount } = since;
  let open: OpenTransaction | null = null;
  const accounts = new Map(since.accounts);
  const turnover = new Map(since.turnover);

  const faultAt = (place: FaultPlace, difference: Difference | null): LedgerFault | null =>
    difference === null ? null : { tenant, place, ...difference };

  return {
    verified: () => (open === null ? { head, lastPosition, transactionCount, accounts, turnover } : null),
    take(entry) {
      const place: FaultPlace = { kind: 'entry', sequence: head.sequence + 1 };
      const difference =
        placeDifference(entry, head) ??
        accountDifference(entry, accounts.get(entry.accountId), rules) ??
        transactionDifference(entry, open, lastPosition) ??
        hashDifference(entry, head, rules);
      if (difference !== null) return faultAt(place, difference);
      if (open === null) transactionCount += 1;
      const advanced = advance(entry, open);
      const unbalanced = balanceDifference(advanced);
      if (unbalanced !== null) return faultAt(place, unbalanced);
      open = advanced.seen === advanced.entryCount ? null : advanced;
      lastPosition = entry.position;
      head = { tenant, sequence: entry.sequence, hash: entry.hash, effectiveAt: entry.effectiveAt };
      accounts.set(entry.accountId, accountAfter(entry));
      turnover.set(entry.currency, turnoverAfter(turnover.get(entry.currency), entry));
      return null;
    },
    close(closing) {
      if (open !== null)
        return faultAt(
          { kind: 'entry', sequence: head.sequence + 1 },
          differs('transaction', 'nothing', `the rest of ${open.transactionId}`),
        );
      return (
        faultAt({ kind: 'entry', sequence: head.sequence + 1 }, lastDifference(closing, head)) ??
        faultAt({ kind: 'head' }, headDifference(closing.head, head)) ??
        faultAt(
          { kind: 'transactions' },
          differs('count', closing.transactionCount.toString(), transactionCount.toString()),
        ) ??
        accountsFault(closing, accounts)
      );
    },
  };
}

const placeDifference = (entry: LedgerEntry, head: ChainHead): Difference | null =>
  differs('tenant', entry.tenant, head.tenant) ??
  differs('sequence', entry.sequence.toString(), (head.sequence + 1).toString()) ??
  (entry.effectiveAt < head.effectiveAt
    ? {
        field: 'effectiveAt',
        stored: entry.effectiveAt.toString(),
        expected: `${head.effectiveAt.toString()} or later`,
      }
    : null);

function accountDifference(
  entry: LedgerEntry,
  account: LedgerAccount | undefined,
  { chart }: LedgerRules,
): Difference | null {
  const line = chart.lineOf(entry.code);
  if (line === null)
    return { field: 'code', stored: entry.code, expected: [...chart.lines.keys()].join(' or ') };
  const balanceMinor = account?.balanceMinor ?? 0n;
  return (
    differs('accountId', entry.accountId, accountIdOf(entry)) ??
    differs(
      'accountSequence',
      entry.accountSequence.toString(),
      ((account?.accountSequence ?? 0) + 1).toString(),
    ) ??
    differs('balanceBeforeMinor', entry.balanceBeforeMinor.toString(), balanceMinor.toString()) ??
    differs(
      'balanceAfterMinor',
      entry.balanceAfterMinor.toString(),
      (balanceMinor + signedMinor(line, entry.side, entry.amountMinor)).toString(),
    )
  );
}

function transactionDifference(
  entry: LedgerEntry,
  open: OpenTransaction | null,
  lastPosition: number,
): Difference | null {
  if (open !== null) return differs('transactionId', entry.transactionId, open.transactionId);
  if (entry.position <= lastPosition)
    return {
      field: 'position',
      stored: entry.position.toString(),
      expected: `over ${lastPosition.toString()}`,
    };
  return differs('firstSequence', entry.firstSequence.toString(), entry.sequence.toString());
}

const hashDifference = (entry: LedgerEntry, head: ChainHead, { sha256 }: LedgerRules): Difference | null =>
  differs('previousHash', entry.previousHash, head.hash) ??
  differs('hash', entry.hash, entryHash(entry, sha256));

function advance(entry: LedgerEntry, open: OpenTransaction | null): OpenTransaction {
  const { transactionId, entryCount, seen, differences } = open ?? {
    ...entry,
    seen: 0,
    differences: new Map<Currency, bigint>(),
  };
  const signed = entry.side === 'debit' ? entry.amountMinor : -entry.amountMinor;
  return {
    transactionId,
    entryCount,
    seen: seen + 1,
    differences: new Map(differences).set(entry.currency, (differences.get(entry.currency) ?? 0n) + signed),
  };
}

function balanceDifference({ seen, entryCount, differences }: OpenTransaction): Difference | null {
  if (seen !== entryCount) return null;
  for (const [currency, difference] of differences)
    if (difference !== 0n)
      return {
        field: 'debits less credits of the transaction',
        stored: `${difference.toString()} ${currency}`,
        expected: `0 ${currency}`,
      };
  return null;
}

const accountAfter = (entry: LedgerEntry): LedgerAccount => ({
  accountId: entry.accountId,
  tenant: entry.tenant,
  code: entry.code,
  currency: entry.currency,
  balanceMinor: entry.balanceAfterMinor,
  accountSequence: entry.accountSequence,
});

const turnoverAfter = (turnover: Turnover | undefined, { side, amountMinor }: LedgerEntry): Turnover => ({
  debitMinor: (turnover?.debitMinor ?? 0n) + (side === 'debit' ? amountMinor : 0n),
  creditMinor: (turnover?.creditMinor ?? 0n) + (side === 'credit' ? amountMinor : 0n),
});

/** An entry is there and cannot be read when its transaction or its account is gone. */
const lastDifference = (closing: TenantClosing, head: ChainHead): Difference | null =>
  closing.lastSequence === head.sequence
    ? null
    : { field: 'row', stored: 'incomplete', expected: 'an entry with its transaction and account' };

function headDifference(stored: ChainHead | null, expected: ChainHead): Difference | null {
  if (stored === null) return differs('row', 'missing', expected.sequence === 0 ? 'missing' : 'a row');
  return (
    differs('sequence', stored.sequence.toString(), expected.sequence.toString()) ??
    differs('hash', stored.hash, expected.hash) ??
    differs('effectiveAt', stored.effectiveAt.toString(), expected.effectiveAt.toString())
  );
}

function accountsFault(
  { tenant, accounts: stored }: TenantClosing,
  expected: ReadonlyMap<AccountId, LedgerAccount>,
): LedgerFault | null {
  const remaining = new Map(expected);
  for (const account of stored) {
    const difference = accountRowDifference(account, expected.get(account.accountId));
    if (difference !== null)
      return { tenant, place: { kind: 'account', accountId: account.accountId }, ...difference };
    remaining.delete(account.accountId);
  }
  for (const accountId of remaining.keys())
    return { tenant, place: { kind: 'account', accountId }, ...missingRow };
  return null;
}

function accountRowDifference(stored: LedgerAccount, expected: LedgerAccount | undefined): Difference | null {
  if (expected === undefined) return { field: 'row', stored: 'a row', expected: 'none, it has no entry' };
  return (
    differs('tenant', stored.tenant, expected.tenant) ??
    differs('code', stored.code, expected.code) ??
    differs('currency', stored.currency, expected.currency) ??
    differs('accountSequence', stored.accountSequence.toString(), expected.accountSequence.toString()) ??
    differs('balanceMinor', stored.balanceMinor.toString(), expected.balanceMinor.toString())
  );
}
