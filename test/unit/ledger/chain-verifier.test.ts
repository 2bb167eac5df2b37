import { chainVerifier, describeFault, entryHash, type LedgerFault } from '../../../src/core/ledger';
import type { LedgerEntry, TenantClosing } from '../../../src/core/ports';
import { aTenant, anotherTenant, createHistory, eur, refundRequested } from '../../contract/ledger/history';
import { postedFrom } from './posted';
import { rules, sha256 } from '../../support/ledger-rules';

const history = createHistory();
const first = history.captured(aTenant, eur(1000));
history.captured(aTenant, eur(500));
history.record(aTenant, first, refundRequested(history.newRefund(), eur(200)));
const { entries, accounts, heads, transactions } = postedFrom(history.events);

const closing: TenantClosing = {
  tenant: aTenant,
  head: heads[0] ?? null,
  accounts,
  lastSequence: entries.length,
  transactionCount: transactions.length,
};

function verify(chain: readonly LedgerEntry[], end: TenantClosing = closing): LedgerFault | null {
  const verifier = chainVerifier(aTenant, rules);
  for (const entry of chain) {
    const fault = verifier.take(entry);
    if (fault !== null) return fault;
  }
  return verifier.close(end);
}

/** The third entry changed, and its own hash made to fit, as an intruder would. */
const rehashed = (change: Partial<LedgerEntry>): readonly LedgerEntry[] =>
  entries.map((entry) => {
    if (entry.sequence !== 3) return entry;
    const changed = { ...entry, ...change };
    return { ...changed, hash: entryHash(changed, sha256) };
  });

describe('a chain in order', () => {
  it('has no fault, and its turnover', () => {
    const verifier = chainVerifier(aTenant, rules);
    for (const entry of entries) expect(verifier.take(entry)).toBeNull();
    expect(verifier.close(closing)).toBeNull();
    expect(verifier.verified()?.turnover).toEqual(
      new Map([['EUR', { debitMinor: 1700n, creditMinor: 1700n }]]),
    );
  });

  it('may be empty', () => {
    const empty = { ...closing, head: null, accounts: [], lastSequence: 0, transactionCount: 0 };
    expect(verify([], empty)).toBeNull();
  });
});

describe('an entry', () => {
  it.each<[string, Partial<LedgerEntry>, string, string]>([
    ['tenant', { tenant: anotherTenant }, anotherTenant, aTenant],
    ['sequence', { sequence: 4 }, '4', '3'],
    ['effectiveAt', { effectiveAt: 5 }, '5', `${(entries[1]?.effectiveAt ?? 0).toString()} or later`],
    ['accountSequence', { accountSequence: 7 }, '7', '2'],
    ['balanceBeforeMinor', { balanceBeforeMinor: 999n }, '999', '1000'],
    ['balanceAfterMinor', { amountMinor: 499n }, '1500', '1499'],
    ['balanceAfterMinor', { side: 'credit' }, '1500', '500'],
    ['position', { position: 3 }, '3', 'over 3'],
    ['firstSequence', { firstSequence: 2 }, '2', '3'],
    [
      'previousHash',
      { previousHash: entries[0]?.hash ?? '' },
      entries[0]?.hash ?? '',
      entries[1]?.hash ?? '',
    ],
  ])(
    'with another %s is the place of the fault, though its own hash fits',
    (field, change, stored, expected) => {
      expect(verify(rehashed(change))).toEqual({
        tenant: aTenant,
        place: { kind: 'entry', sequence: 3 },
        field,
        stored,
        expected,
      });
    },
  );

  it('with a hash that does not fit is the place of the fault', () => {
    const altered = entries.map((entry) =>
      entry.sequence === 3 ? { ...entry, eventType: 'RefundFailed' } : entry,
    );
    expect(verify(altered)).toMatchObject({ place: { kind: 'entry', sequence: 3 }, field: 'hash' });
  });

  it('whose hash was made to fit is found by the entry after it', () => {
    expect(verify(rehashed({ eventType: 'RefundFailed' }))).toMatchObject({
      place: { kind: 'entry', sequence: 4 },
      field: 'previousHash',
    });
  });

  it('that is missing is found by the entry after it', () => {
    expect(verify(entries.filter((entry) => entry.sequence !== 3))).toMatchObject({
      place: { kind: 'entry', sequence: 3 },
      field: 'sequence',
      stored: '4',
    });
  });

  it('of an account that the chart does not have is a fault, not a crash', () => {
    const change = {
      code: 'toString',
      accountId: `acct_${aTenant}_toString_eur`,
    } as unknown as Partial<LedgerEntry>;
    expect(verify(rehashed(change))).toMatchObject({ field: 'code', stored: 'toString' });
  });
});

describe('a transaction', () => {
  it.each([
    ['more debits than credits', 150n, '50 EUR'],
    ['more credits than debits', 250n, '-50 EUR'],
  ])('that has %s is a fault, though every balance and hash fits', (_, amountMinor, stored) => {
    const forged = entries.map((entry) => {
      if (entry.sequence < 6) return entry;
      const changed = { ...entry, amountMinor, balanceAfterMinor: amountMinor };
      return { ...changed, hash: entryHash(changed, sha256) };
    });
    expect(verify(forged)).toEqual({
      tenant: aTenant,
      place: { kind: 'entry', sequence: 6 },
      field: 'debits less credits of the transaction',
      stored,
      expected: '0 EUR',
    });
  });

  it('that begins before the last one is whole is a fault', () => {
    const cut = entries.map((entry) => (entry.sequence < 3 ? rehash({ ...entry, entryCount: 3 }) : entry));
    expect(verify(rechained(cut))).toMatchObject({ place: { sequence: 3 }, field: 'transactionId' });
  });

  it('that is not whole at the end is a fault', () => {
    expect(verify(entries.slice(0, 5))).toMatchObject({
      place: { kind: 'entry', sequence: 6 },
      field: 'transaction',
      stored: 'nothing',
    });
  });
});

const rehash = (entry: LedgerEntry): LedgerEntry => ({ ...entry, hash: entryHash(entry, sha256) });

/** All hashes made again. */
function rechained(chain: readonly LedgerEntry[]): readonly LedgerEntry[] {
  let previousHash = chain[0]?.previousHash ?? '';
  return chain.map((entry) => {
    const linked = rehash({ ...entry, previousHash });
    previousHash = linked.hash;
    return linked;
  });
}

describe('what is kept beside the entries', () => {
  const [account] = accounts;
  if (account === undefined || closing.head === null) throw new Error('the history has accounts');
  const { head } = closing;
  it.each<[string, Partial<TenantClosing>, Partial<LedgerFault>]>([
    [
      'an entry that cannot be read',
      { lastSequence: 7 },
      { place: { kind: 'entry', sequence: 7 }, field: 'row' },
    ],
    ['no head', { head: null }, { place: { kind: 'head' }, field: 'row', stored: 'missing' }],
    [
      'another sequence in the head',
      { head: { ...head, sequence: 5 } },
      { place: { kind: 'head' }, field: 'sequence' },
    ],
    [
      'another hash in the head',
      { head: { ...head, hash: 'ab' } },
      { place: { kind: 'head' }, field: 'hash' },
    ],
    [
      'another time in the head',
      { head: { ...head, effectiveAt: 1 } },
      { field: 'effectiveAt', stored: '1' },
    ],
    [
      'another count of transactions',
      { transactionCount: 4 },
      { place: { kind: 'transactions' }, stored: '4' },
    ],
    [
      'another balance',
      { accounts: [{ ...account, balanceMinor: 1n }, ...accounts.slice(1)] },
      { place: { kind: 'account', accountId: account.accountId }, field: 'balanceMinor', stored: '1' },
    ],
    [
      'a missing account',
      { accounts: accounts.slice(1) },
      { place: { kind: 'account', accountId: account.accountId }, field: 'row', stored: 'missing' },
    ],
    [
      'an account too many',
      { accounts: [...accounts, { ...account, accountId: 'acct_x' }] },
      { place: { kind: 'account', accountId: 'acct_x' }, field: 'row' },
    ],
  ])('is checked: %s', (_, change, fault) => {
    expect(verify(entries, { ...closing, ...change })).toMatchObject({ tenant: aTenant, ...fault });
  });
});

describe('a fault in words', () => {
  it.each<[LedgerFault['place'], string]>([
    [{ kind: 'entry', sequence: 3 }, 'entry 3'],
    [{ kind: 'account', accountId: 'acct_x' }, 'account acct_x'],
    [{ kind: 'head' }, 'head of the chain'],
    [{ kind: 'transactions' }, 'transactions'],
  ])('names the place %j', (place, words) => {
    const fault: LedgerFault = { tenant: aTenant, place, field: 'hash', stored: 'ab', expected: 'cd' };
    expect(describeFault(fault)).toBe(`${aTenant}, ${words}: hash is ab, expected cd`);
  });
});
