import { type TenantId, chainOrigin } from '../kernel';
import type { AccountId, ChainHead, LedgerAccount, LedgerEntry, Posting } from '../ports';
import { type AccountKey, accountIdOf, lineOf, signedMinor } from './accounts';
import { entryHash, type UnhashedEntry } from './entry-hash';
import type { LedgerRules, LedgerTransaction } from './postings';

/** The state that new entries go on from: balances of accounts and ends of chains. Absent means untouched. */
export interface LedgerState {
  readonly accounts: ReadonlyMap<AccountId, LedgerAccount>;
  readonly heads: ReadonlyMap<TenantId, ChainHead>;
}

/** A transaction as it is stored, beside its entries. */
export type PostedTransaction = Omit<LedgerTransaction, 'postings' | 'recordedAt'> &
  Pick<LedgerEntry, 'effectiveAt' | 'firstSequence' | 'entryCount'>;

/** What a batch of transactions writes. */
export interface Posted {
  readonly transactions: readonly PostedTransaction[];
  readonly entries: readonly LedgerEntry[];
  /** The touched accounts after the batch, sorted by id: the order in which rows are locked. */
  readonly accounts: readonly LedgerAccount[];
  /** The touched chains after the batch, sorted by tenant. */
  readonly heads: readonly ChainHead[];
}

/** What has to be read before `post`, each sorted: the order in which rows are locked. */
export interface Touched {
  readonly accountIds: readonly AccountId[];
  readonly tenants: readonly TenantId[];
}

export function touchedBy(transactions: readonly LedgerTransaction[]): Touched {
  const accountIds = new Set<AccountId>();
  const tenants = new Set<TenantId>();
  for (const transaction of transactions) {
    tenants.add(transaction.tenant);
    for (const posting of transaction.postings) accountIds.add(accountIdOf(keyOf(transaction, posting)));
  }
  return { accountIds: [...accountIds].sort(), tenants: [...tenants].sort() };
}

/**
 * Gives each posting its place: sequence in the tenant's chain and in the account, balance before and after,
 * previous hash and hash. The result depends on the transactions and their order alone, never on where the
 * batches begin and end.
 */
export function post(
  transactions: readonly LedgerTransaction[],
  state: LedgerState,
  rules: LedgerRules,
): Posted {
  const accounts = new Map<AccountId, LedgerAccount>();
  const heads = new Map<TenantId, ChainHead>();
  const posted: PostedTransaction[] = [];
  const entries: LedgerEntry[] = [];
  for (const { postings, recordedAt, ...transaction } of transactions) {
    let head =
      heads.get(transaction.tenant) ?? state.heads.get(transaction.tenant) ?? emptyChain(transaction.tenant);
    const common: PostedTransaction = {
      ...transaction,
      effectiveAt: Math.max(recordedAt, head.effectiveAt),
      firstSequence: head.sequence + 1,
      entryCount: postings.length,
    };
    posted.push(common);
    for (const posting of postings) {
      const key = keyOf(transaction, posting);
      const accountId = accountIdOf(key);
      const account = accounts.get(accountId) ?? state.accounts.get(accountId) ?? unopened(accountId, key);
      const entry = entryFor({ common, posting, account, head, rules });
      entries.push(entry);
      accounts.set(accountId, after(account, entry));
      head = {
        tenant: entry.tenant,
        sequence: entry.sequence,
        hash: entry.hash,
        effectiveAt: entry.effectiveAt,
      };
    }
    heads.set(transaction.tenant, head);
  }
  return { transactions: posted, entries, accounts: sortedValues(accounts), heads: sortedValues(heads) };
}

function entryFor(facts: {
  readonly common: PostedTransaction;
  readonly posting: Posting;
  readonly account: LedgerAccount;
  readonly head: ChainHead;
  readonly rules: LedgerRules;
}): LedgerEntry {
  const { common, posting, account, head, rules } = facts;
  const entry: UnhashedEntry = {
    ...common,
    sequence: head.sequence + 1,
    accountId: account.accountId,
    code: account.code,
    currency: account.currency,
    accountSequence: account.accountSequence + 1,
    side: posting.side,
    amountMinor: posting.amount.amountMinor,
    balanceBeforeMinor: account.balanceMinor,
    balanceAfterMinor:
      account.balanceMinor +
      signedMinor(lineOf(rules.chart, account.code), posting.side, posting.amount.amountMinor),
    previousHash: head.hash,
  };
  return { ...entry, hash: entryHash(entry, rules.sha256) };
}

const keyOf = ({ tenant }: { readonly tenant: TenantId }, { code, amount }: Posting): AccountKey => ({
  tenant,
  code,
  currency: amount.currency,
});

const unopened = (accountId: AccountId, key: AccountKey): LedgerAccount => ({
  accountId,
  ...key,
  balanceMinor: 0n,
  accountSequence: 0,
});

const emptyChain = (tenant: TenantId): ChainHead => ({
  tenant,
  sequence: 0,
  hash: chainOrigin,
  effectiveAt: 0,
});

const after = (account: LedgerAccount, entry: LedgerEntry): LedgerAccount => ({
  ...account,
  balanceMinor: entry.balanceAfterMinor,
  accountSequence: entry.accountSequence,
});

const sortedValues = <Key extends string, Value>(map: ReadonlyMap<Key, Value>): readonly Value[] =>
  [...map.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
