import fc from 'fast-check';
import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import {
  accountIdOf,
  chainVerifier,
  compareLedgerWithJournal,
  transactionOf,
  trialBalance,
  verifyLedger,
} from '../../../src/core/ledger';
import type { TenantId } from '../../../src/core/kernel';
import {
  type AccountCode,
  type AccountId,
  type LedgerEntry,
  type RecordedEvent,
  assertBalanced,
} from '../../../src/core/ports';
import { aTenant, anotherTenant } from '../../contract/ledger/history';
import { readAll } from '../../contract/ledger/read-all';
import { wholeChain, wholeLedger } from '../../contract/ledger/whole-ledger';
import { type PaperCharge, play, steps } from './random-history';
import { chart, rules, sha256 } from '../../support/ledger-rules';

const ledgerOf = async (events: readonly RecordedEvent[], batchSize = 50) => {
  const ledger = createMemoryLedger({ sha256 });
  await readAll(ledger.reader, events, batchSize);
  return ledger;
};

/** Balances as they follow from the charges, by plain addition and without any entry. */
function paperBalances(charges: readonly PaperCharge[]): ReadonlyMap<AccountId, bigint> {
  const balances = new Map<AccountId, bigint>();
  const add = (charge: PaperCharge, code: AccountCode, amountMinor: bigint) => {
    const accountId = accountIdOf({ ...charge, code });
    balances.set(accountId, (balances.get(accountId) ?? 0n) + amountMinor);
  };
  for (const charge of charges) {
    if (charge.capturedMinor === 0n) continue;
    add(charge, 'psp_receivable:stripe', charge.capturedMinor);
    add(charge, 'merchant_payable', charge.capturedMinor);
    for (const { amountMinor, state } of charge.refunds) {
      if (state !== 'failed') add(charge, 'merchant_payable', -amountMinor);
      if (state === 'succeeded') add(charge, 'psp_receivable:stripe', -amountMinor);
      add(charge, 'refunds_pending', state === 'pending' ? amountMinor : 0n);
    }
  }
  return balances;
}

describe('any history', () => {
  it('has postings that balance in every transaction', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const event of play(all).history.events) {
          const transaction = transactionOf(event, rules);
          if (transaction !== null) assertBalanced(transaction.postings);
        }
      }),
    );
  });

  it('leaves the balances that plain addition gives, in books that verify and agree with the journal', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { history, charges } = play(all);
        const { book, reader } = await ledgerOf(history.events);
        const accounts = [...(await book.accounts(aTenant)), ...(await book.accounts(anotherTenant))];
        expect(new Map(accounts.map((account) => [account.accountId, account.balanceMinor]))).toEqual(
          paperBalances(charges),
        );
        expect(await verifyLedger(book, rules)).toMatchObject({ ok: true });
        const feed = {
          read: (after: number, limit: number) => Promise.resolve(history.events.slice(after, after + limit)),
        };
        expect(await compareLedgerWithJournal({ feed, reader, book, rules })).toMatchObject({
          kind: 'sound',
        });
      }),
    );
  });

  it('gives the same ledger, wherever batches end and however often they are delivered', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (all, sizes) => {
          const { events } = play(all).history;
          const expected = await wholeLedger((await ledgerOf(events)).book);
          const { book, reader } = createMemoryLedger({ sha256 });
          for (let turn = 0; (await reader.checkpoint()) < events.length; turn += 1) {
            const from = await reader.checkpoint();
            const batch = events.slice(from, from + (sizes[turn % sizes.length] ?? 1));
            const outcomes = await Promise.all([reader.apply(from, batch), reader.apply(from, batch)]);
            expect(outcomes.sort()).toEqual(['applied', 'moved']);
          }
          expect(await wholeLedger(book)).toEqual(expected);
        },
      ),
    );
  });

  it('balances in every currency as of every time, and a past balance is the one that was stored then', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(1_000), async (all, pick) => {
        const { events } = play(all).history;
        const { book } = await ledgerOf(events);
        const asOf = events[pick % Math.max(1, events.length)]?.recordedAt ?? 0;
        const accounts = await book.accounts(aTenant, asOf);
        for (const total of trialBalance(accounts, chart).totals)
          expect(total.debitMinor).toBe(total.creditMinor);
        const chain = await wholeChain(book, aTenant);
        for (const account of accounts) {
          const own = chain.filter(
            (entry) => entry.accountId === account.accountId && entry.effectiveAt <= asOf,
          );
          expect(account.balanceMinor).toBe(own.at(-1)?.balanceAfterMinor ?? 0n);
          expect(account.accountSequence).toBe(own.length);
        }
      }),
    );
  });

  it('pages to the whole chain, newest first, by any page size', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 7 }), async (all, limit) => {
        const { book } = await ledgerOf(play(all).history.events);
        expect(await allPages(book, aTenant, limit)).toEqual(
          [...(await wholeChain(book, aTenant))].reverse(),
        );
      }),
      { numRuns: 50 },
    );
  });
});

async function allPages(
  book: ReturnType<typeof createMemoryLedger>['book'],
  tenant: TenantId,
  limit: number,
): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  let page = await book.entries(tenant, { limit });
  entries.push(...page.entries);
  while (page.hasMore) {
    const sequence = entries.at(-1)?.sequence ?? 0;
    page = await book.entries(tenant, { limit, cursor: { direction: 'older', sequence } });
    entries.push(...page.entries);
  }
  return entries;
}

describe('any single changed field of any entry', () => {
  const changed = (value: LedgerEntry[keyof LedgerEntry], salt: number): unknown => {
    switch (typeof value) {
      case 'bigint':
        return value + BigInt(salt);
      case 'number':
        return value + salt;
      default:
        return `${value ?? ''}${salt.toString()}`;
    }
  };

  it('is located', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat(1_000),
        fc.nat(1_000),
        fc.integer({ min: 1, max: 9 }),
        async (all, ...picks) => {
          const [entryPick, fieldPick, salt] = picks;
          const { book } = await ledgerOf(play(all).history.events);
          const chain = await wholeChain(book, aTenant);
          const victim = chain[entryPick % Math.max(1, chain.length)];
          fc.pre(victim !== undefined);
          const fields = Object.keys(victim) as (keyof LedgerEntry)[];
          const field = fields[fieldPick % fields.length] ?? 'hash';
          const forged = { ...victim, [field]: changed(victim[field], salt) };

          const verifier = chainVerifier(aTenant, rules);
          const fault = chain
            .map((entry) => (entry === victim ? forged : entry))
            .reduce<ReturnType<typeof verifier.take>>((found, entry) => found ?? verifier.take(entry), null);
          expect(fault).toMatchObject({
            tenant: aTenant,
            place: { kind: 'entry', sequence: victim.sequence },
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
