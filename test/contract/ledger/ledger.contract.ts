import type { TenantId } from '../../../src/core/kernel';
import { compareLedgerWithJournal, trialBalance, verifyLedger } from '../../../src/core/ledger';
import type { Feed } from '../../../src/core/ports';
import { bookSuite } from './book.suite';
import { busyHistory } from './busy-history';
import {
  anotherTenant,
  aTenant,
  capture,
  createHistory,
  eur,
  type History,
  jpy,
  of,
  refundRequested,
  refundSucceeded,
  startOfHistory,
} from './history';
import type { LedgerUnderTest } from './ledger-under-test';
import { readAll } from './read-all';
import { wholeChain, wholeLedger } from './whole-ledger';
import { chart, rules } from '../../support/ledger-rules';

/** What every ledger must do, whatever keeps it. */
export function ledgerContract(
  name: string,
  { open }: { readonly open: () => Promise<LedgerUnderTest> },
): void {
  describe(name, () => {
    let ledger: LedgerUnderTest;
    beforeEach(async () => {
      ledger = await open();
    });
    afterEach(() => ledger.close());

    const expectSound = async () => {
      expect(await verifyLedger(ledger.book, rules)).toMatchObject({ ok: true });
    };

    describe('reading events', () => {
      it('books a capture and a refund on both sides, with balances before and after', async () => {
        const history = createHistory();
        const chargeId = history.captured(aTenant, eur(1000));
        const refundId = history.newRefund();
        history.record(aTenant, chargeId, refundRequested(refundId, eur(300)));
        history.record(aTenant, chargeId, refundSucceeded(refundId, eur(300)));
        await readAll(ledger.newReader(), history.events, 100);

        const entries = await wholeChain(ledger.book, aTenant);
        expect(
          entries.map((entry) => [
            entry.eventType,
            entry.code,
            entry.side,
            entry.balanceBeforeMinor,
            entry.balanceAfterMinor,
          ]),
        ).toEqual([
          ['ChargeCaptured', 'psp_receivable:stripe', 'debit', 0n, 1000n],
          ['ChargeCaptured', 'merchant_payable', 'credit', 0n, 1000n],
          ['RefundRequested', 'merchant_payable', 'debit', 1000n, 700n],
          ['RefundRequested', 'refunds_pending', 'credit', 0n, 300n],
          ['RefundSucceeded', 'refunds_pending', 'debit', 300n, 0n],
          ['RefundSucceeded', 'psp_receivable:stripe', 'credit', 1000n, 700n],
        ]);
        expect(entries.map((entry) => entry.part)).toEqual([
          null,
          null,
          ...Array.from({ length: 4 }, () => refundId),
        ]);
        expect(new Set(entries.map((entry) => entry.subject))).toEqual(new Set([chargeId]));
        await expectSound();
      });

      it('moves the checkpoint also over events that move no money, and over none', async () => {
        const history = createHistory();
        history.captured(aTenant, eur(100));
        const reader = ledger.newReader();
        expect(await reader.checkpoint()).toBe(0);
        expect(await reader.apply(0, [])).toBe('applied');
        expect(await reader.apply(0, history.events.slice(0, 2))).toBe('applied');
        expect(await reader.checkpoint()).toBe(2);
        expect(await ledger.book.accounts(aTenant)).toEqual([]);
      });

      it('takes effect once when events are delivered twice', async () => {
        const history = busyHistory();
        await readAll(ledger.newReader(), history.events, 7);
        const once = await wholeLedger(ledger.book);
        expect(await ledger.newReader().apply(0, history.events.slice(0, 7))).toBe('moved');
        expect(await ledger.newReader().apply(3, history.events.slice(3, 20))).toBe('moved');
        expect(await wholeLedger(ledger.book)).toEqual(once);
      });

      it('gives the same books when three readers race with batches of different sizes', async () => {
        const history = busyHistory();
        await readAll(ledger.newReader(), history.events, 50);
        const alone = await wholeLedger(ledger.book);
        await ledger.rebuild.reset();
        const applied = await Promise.all(
          [3, 5, 11].map((size) => readAll(ledger.newReader(), history.events, size)),
        );
        expect(applied.reduce((sum, count) => sum + count)).toBe(history.events.length);
        expect(await wholeLedger(ledger.book)).toEqual(alone);
        await expectSound();
      });

      it.each([1, 2, 13, 64])('gives the same books in batches of %d', async (size) => {
        const history = busyHistory();
        await readAll(ledger.rebuild, history.events, 1000);
        const inOne = await wholeLedger(ledger.book);
        await ledger.rebuild.reset();
        expect(await wholeLedger(ledger.book)).toEqual([]);
        expect(await ledger.rebuild.checkpoint()).toBe(0);
        await readAll(ledger.rebuild, history.events, size);
        expect(await wholeLedger(ledger.book)).toEqual(inOne);
      });

      it('refuses a batch with a hole and a batch of another partition, and writes nothing', async () => {
        const history = busyHistory();
        const reader = ledger.newReader();
        const holed = history.events.filter((event) => event.position !== 4);
        await expect(reader.apply(0, holed)).rejects.toThrow('event 1/5 follows 1/3');
        await expect(reader.apply(1, history.events)).rejects.toThrow('event 1/1 follows 1/1');
        await expect(ledger.newReader(2).apply(0, history.events)).rejects.toThrow('event 1/1 follows 2/0');
        expect(await reader.checkpoint()).toBe(0);
        expect(await wholeLedger(ledger.book)).toEqual([]);
      });

      it('finds its checkpoint moved when the ledger is emptied under it, and starts again', async () => {
        const history = busyHistory();
        const reader = ledger.newReader();
        await reader.apply(0, history.events.slice(0, 40));
        await ledger.rebuild.reset();
        expect(await reader.apply(40, history.events.slice(40, 50))).toBe('moved');
        await readAll(reader, history.events, 50);
        await expectSound();
      });

      it('keeps balances that a 64-bit integer would not hold', async () => {
        const history = createHistory();
        const largest = Number.MAX_SAFE_INTEGER;
        for (let count = 0; count < 1_100; count += 1)
          history.record(aTenant, history.newCharge(), capture(of(largest, 'CLF')));
        await readAll(ledger.newReader(), history.events, 1000);
        const balances = (await ledger.book.accounts(aTenant)).map((account) => account.balanceMinor);
        expect(balances).toEqual([BigInt(largest) * 1_100n, BigInt(largest) * 1_100n]);
        await expectSound();
      });

      it('keeps time in order along the chain when the clock steps back', async () => {
        const history = createHistory({ stepMs: 0 });
        history.record(aTenant, history.newCharge(), capture(eur(10)));
        history.tick(-3_600_000);
        history.record(aTenant, history.newCharge(), capture(jpy(7)));
        history.record(anotherTenant, history.newCharge(), capture(jpy(9)));
        await readAll(ledger.newReader(), history.events, 2);
        const times = async (tenant: TenantId) =>
          (await wholeChain(ledger.book, tenant)).map((entry) => entry.effectiveAt);
        expect(await times(aTenant)).toEqual(Array.from({ length: 4 }, () => startOfHistory));
        expect(await times(anotherTenant)).toEqual(
          Array.from({ length: 2 }, () => startOfHistory - 3_600_000),
        );
        const before = trialBalance(await ledger.book.accounts(aTenant, startOfHistory - 1), chart);
        expect(before.totals.every((total) => total.debitMinor === 0n && total.creditMinor === 0n)).toBe(
          true,
        );
        await expectSound();
      });
    });

    describe('compared with the journal', () => {
      const compared = (history: History) =>
        compareLedgerWithJournal({
          feed: feedOf(history),
          reader: ledger.newReader(),
          book: ledger.book,
          rules,
        });

      const agreed = { kind: 'sound', isComplete: true };

      it('comes to the same when it is stopped after every batch, in the chains and against the journal', async () => {
        const history = busyHistory();
        await readAll(ledger.newReader(), history.events, 100);
        const stopped = { mayGoOn: () => false, stride: 1 };
        let chains = await verifyLedger(ledger.book, rules, stopped);
        let parts = 1;
        while (chains.ok && !chains.isComplete) {
          chains = await verifyLedger(ledger.book, rules, { ...stopped, since: chains.verified });
          parts += 1;
        }
        expect(parts).toBeGreaterThan(12);
        expect(chains).toEqual(await verifyLedger(ledger.book, rules));
        const comparison = {
          feed: feedOf(history),
          reader: ledger.newReader(),
          book: ledger.book,
          rules,
          mayGoOn: () => false,
          batchLimit: 7,
        };
        let derived = await compareLedgerWithJournal(comparison);
        while (derived.kind === 'sound' && !derived.isComplete)
          derived = await compareLedgerWithJournal({ ...comparison, since: derived.ledger });
        expect(derived).toMatchObject(agreed);
        expect(derived).toEqual(await compared(history));
      });

      it('is what the journal says, wherever the reader stands', async () => {
        const history = busyHistory();
        expect(await compared(history)).toMatchObject(agreed);
        for (const size of [1, 17, 30]) {
          const reader = ledger.newReader();
          const from = await reader.checkpoint();
          await reader.apply(from, history.events.slice(from, from + size));
          expect(await compared(history)).toMatchObject(agreed);
        }
      });

      it('is found out where a chain was made again from other amounts, though it verifies', async () => {
        const history = busyHistory();
        const forged = history.events.map((event) =>
          event.position === 9
            ? { ...event, data: { ...event.data, amount: { amountMinor: '1', currency: 'JPY' } } }
            : event,
        );
        await readAll(ledger.newReader(), forged, 100);
        await expectSound();
        expect(await compared(history)).toMatchObject({
          fault: {
            tenant: aTenant,
            place: { kind: 'entry', sequence: 9 },
            stored: expect.stringContaining('"1","0","1"') as string,
            expected: expect.stringContaining('"200","0","200"') as string,
          },
        });
      });

      it('is found out where it holds fewer or more entries than the journal', async () => {
        const history = busyHistory();
        const idle = history.events.map((event) =>
          event.position > 50 ? { ...event, type: 'RefundPending' } : event,
        );
        await readAll(ledger.newReader(), idle, 100);
        await expectSound();
        expect(await compared(history)).toMatchObject({ fault: { stored: 'missing' } });
        await ledger.rebuild.reset();
        await readAll(ledger.newReader(), history.events, 100);
        const comparison = { reader: ledger.newReader(), book: ledger.book, rules };
        expect(
          await compareLedgerWithJournal({ feed: { read: feedOf({ events: idle }).read }, ...comparison }),
        ).toMatchObject({ fault: { expected: 'no entry' } });
      });
    });

    bookSuite(() => ledger);
  });
}

const feedOf = ({ events }: Pick<History, 'events'>): Pick<Feed, 'read'> => ({
  read: (after, limit) => Promise.resolve(events.slice(after, after + limit)),
});
