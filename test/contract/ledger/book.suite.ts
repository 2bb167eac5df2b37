import { trialBalance } from '../../../src/core/ledger';
import type { EntryQuery, LedgerQueries, LedgerEntry } from '../../../src/core/ports';
import {
  anotherTenant,
  aTenant,
  createHistory,
  eur,
  type History,
  jpy,
  refundRequested,
  startOfHistory,
} from './history';
import type { LedgerUnderTest } from './ledger-under-test';
import { readAll } from './read-all';
import { wholeChain } from './whole-ledger';
import { chart } from '../../support/ledger-rules';

/** Three charges of one tenant, one of another; each event a second after the one before. */
function smallHistory(): History & { readonly chargeIds: readonly string[] } {
  const history = createHistory();
  const first = history.captured(aTenant, eur(1000));
  const second = history.captured(aTenant, jpy(500));
  history.captured(anotherTenant, eur(77));
  history.record(aTenant, first, refundRequested(history.newRefund(), eur(200)));
  const third = history.captured(aTenant, eur(30));
  return { ...history, chargeIds: [first, second, third] };
}

/** What can be requested from a ledger's book. */
export function bookSuite(current: () => LedgerUnderTest): void {
  describe('the book', () => {
    let book: LedgerQueries;
    let history: ReturnType<typeof smallHistory>;
    let chain: readonly LedgerEntry[];
    beforeEach(async () => {
      ({ book } = current());
      history = smallHistory();
      await readAll(current().newReader(), history.events, 100);
      chain = await wholeChain(book, aTenant);
    });

    const sequences = async (query: EntryQuery) =>
      (await book.entries(aTenant, query)).entries.map((entry) => entry.sequence);

    describe('accounts', () => {
      it('lists the accounts of the tenant by code and currency', async () => {
        expect(await book.accounts(aTenant)).toEqual([
          account('merchant_payable', 'EUR', 830n, 3),
          account('merchant_payable', 'JPY', 500n, 1),
          account('psp_receivable:stripe', 'EUR', 1030n, 2),
          account('psp_receivable:stripe', 'JPY', 500n, 1),
          account('refunds_pending', 'EUR', 200n, 1),
        ]);
      });

      it('shows them as they stood after any past entry, and before the first', async () => {
        const balancesAt = async (asOf: number) =>
          (await book.accounts(aTenant, asOf)).map(({ balanceMinor }) => balanceMinor);
        const captureAt = startOfHistory + 2_000;
        expect(await balancesAt(captureAt - 1)).toEqual([0n, 0n, 0n, 0n, 0n]);
        expect(await balancesAt(captureAt)).toEqual([1000n, 0n, 1000n, 0n, 0n]);
        expect(await balancesAt(captureAt + 3_000)).toEqual([1000n, 500n, 1000n, 500n, 0n]);
        const refundAt = startOfHistory + 9_000;
        expect(await balancesAt(refundAt)).toEqual([800n, 500n, 1000n, 500n, 200n]);
        expect(await book.accounts(aTenant, refundAt + 1_000_000)).toEqual(await book.accounts(aTenant));
      });

      it('has equal columns in every currency at every time', async () => {
        for (const event of history.events) {
          const { totals } = trialBalance(await book.accounts(aTenant, event.recordedAt), chart);
          expect(totals).toHaveLength(2);
          for (const total of totals) expect(total.debitMinor).toBe(total.creditMinor);
        }
      });

      it('finds one by its id, now and then, and none of another tenant', async () => {
        const { accountId } = account('merchant_payable', 'EUR', 0n, 0);
        expect(await book.account(aTenant, accountId)).toEqual(account('merchant_payable', 'EUR', 830n, 3));
        const captureAt = startOfHistory + 2_000;
        expect(await book.account(aTenant, accountId, captureAt)).toEqual(
          account('merchant_payable', 'EUR', 1000n, 1),
        );
        expect(await book.account(anotherTenant, accountId)).toBeNull();
        expect(await book.account(anotherTenant, accountId, captureAt)).toBeNull();
        expect(await book.account(aTenant, 'acct_unknown')).toBeNull();
      });
    });

    describe('entries', () => {
      it('come newest first, page by page, in both directions', async () => {
        expect(chain.map((entry) => entry.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        expect(await book.entries(aTenant, { limit: 3 })).toEqual({
          entries: [chain[7], chain[6], chain[5]],
          hasMore: true,
        });
        const older = (sequence: number): EntryQuery => ({
          limit: 3,
          cursor: { direction: 'older', sequence },
        });
        expect(await sequences(older(6))).toEqual([5, 4, 3]);
        expect(await book.entries(aTenant, older(3))).toEqual({
          entries: [chain[1], chain[0]],
          hasMore: false,
        });
        const newer = (sequence: number): EntryQuery => ({
          limit: 3,
          cursor: { direction: 'newer', sequence },
        });
        expect(await book.entries(aTenant, newer(2))).toEqual({
          entries: [chain[4], chain[3], chain[2]],
          hasMore: true,
        });
        expect(await book.entries(aTenant, newer(5))).toEqual({
          entries: [chain[7], chain[6], chain[5]],
          hasMore: false,
        });
      });

      it('are filtered by account, transaction, charge and time, also together', async () => {
        const { accountId } = account('merchant_payable', 'EUR', 0n, 0);
        expect(await sequences({ limit: 10, accountId })).toEqual([8, 5, 2]);
        const refund = chain[4];
        if (refund === undefined) throw new Error('the refund is the third transaction');
        expect(await sequences({ limit: 10, transactionId: refund.transactionId })).toEqual([6, 5]);
        expect(await sequences({ limit: 10, subject: refund.subject })).toEqual([6, 5, 2, 1]);
        expect(await sequences({ limit: 10, subject: refund.subject, accountId })).toEqual([5, 2]);
        expect(
          await sequences({
            limit: 3,
            subject: refund.subject,
            cursor: { direction: 'newer', sequence: 1 },
          }),
        ).toEqual([6, 5, 2]);
        const captureAt = startOfHistory + 2_000;
        expect(await sequences({ limit: 10, from: captureAt + 1 })).toEqual([8, 7, 6, 5, 4, 3]);
        expect(await sequences({ limit: 10, from: captureAt, to: captureAt })).toEqual([2, 1]);
        expect(await sequences({ limit: 10, to: captureAt - 1 })).toEqual([]);
        expect(await sequences({ limit: 10, from: captureAt + 1, accountId })).toEqual(
          (await sequences({ limit: 10, accountId })).filter((sequence) => sequence > 2),
        );
      });

      it('of another tenant, or of unknown ids, are an empty page', async () => {
        const [first] = chain;
        if (first === undefined) throw new Error('the chain has entries');
        const { accountId, transactionId, subject } = first;
        for (const filter of [{ accountId }, { transactionId }, { subject }])
          expect(await book.entries(anotherTenant, { limit: 10, ...filter })).toEqual({
            entries: [],
            hasMore: false,
          });
        expect(await sequences({ limit: 10, accountId: 'acct_unknown' })).toEqual([]);
        expect(await sequences({ limit: 10, transactionId: 'txn_unknown' })).toEqual([]);
      });

      it('are at least 1 and at most 100 to a page', async () => {
        for (const limit of [0, 101, 1.5])
          await expect(book.entries(aTenant, { limit })).rejects.toThrow(
            `a page has 1 to 100 rows, not ${limit.toString()}`,
          );
      });
    });
  });
}

const account = (code: string, currency: string, balanceMinor: bigint, accountSequence: number) => ({
  accountId: `acct_${aTenant}_${code.replace(':', '.')}_${currency.toLowerCase()}` as const,
  tenant: aTenant,
  code,
  currency,
  balanceMinor,
  accountSequence,
});
