import { createMemoryLedgerQueries } from '../../../src/adapters/memory/ledger-queries';
import { type DerivedLedger, compareLedgerWithJournal, noDerivedLedger } from '../../../src/core/ledger';
import type { RecordedEvent } from '../../../src/core/ports';
import { aTenant, capture, created, createHistory, eur } from '../../contract/ledger/history';
import { postedFrom } from './posted';
import { rules } from '../../support/ledger-rules';

/** Three captures of one tenant, and an event that moves nothing. */
function captures(...amounts: readonly [number, number, number]): readonly RecordedEvent[] {
  const history = createHistory();
  for (const amount of amounts) history.record(aTenant, history.newCharge(), capture(eur(amount)));
  const chargeId = history.newCharge();
  history.record(aTenant, chargeId, created(chargeId, eur(1)));
  return history.events;
}

const journal = captures(1000, 500, 200);

/** Compares books that were posted from `events`, every hash and balance in order, with the journal up to a position. */
function compare(events: readonly RecordedEvent[], through: number, since: DerivedLedger = noDerivedLedger) {
  const posted = postedFrom(events);
  const book = createMemoryLedgerQueries({
    entries: new Map([[aTenant, [...posted.entries]]]),
    accounts: new Map(posted.accounts.map((account) => [account.accountId, account])),
    heads: new Map(posted.heads.map((head) => [head.tenant, head])),
    transactions: [...posted.transactions],
  });
  return compareLedgerWithJournal({
    feed: { read: (after, limit) => Promise.resolve(journal.slice(after, after + limit)) },
    reader: { checkpoint: () => Promise.resolve(through) },
    book,
    rules,
    since,
  });
}

async function soundUpTo(position: number): Promise<DerivedLedger> {
  const verdict = await compare(journal, position);
  if (verdict.kind !== 'sound') throw new Error('the books follow from the journal');
  return verdict.ledger;
}

test('books that follow from the journal are sound, in one go and in two', async () => {
  expect(await compare(journal, 4)).toMatchObject({ kind: 'sound', isComplete: true });
  expect(await compare(journal, 4, await soundUpTo(1))).toMatchObject({ kind: 'sound', isComplete: true });
});

test('entries that were added to a tenant since are compared, not only those of new tenants', async () => {
  const forged = captures(1000, 501, 200);
  expect(await compare(forged, 1)).toMatchObject({ kind: 'sound' });
  expect(await compare(forged, 4, await soundUpTo(1))).toMatchObject({
    kind: 'fault',
    fault: { tenant: aTenant, place: { kind: 'entry', sequence: 3 }, field: 'entry' },
  });
});

test('an entry of an event that moves nothing is one too many, also of the last event', async () => {
  const extra = createHistory().record(aTenant, createHistory().newCharge(), capture(eur(7)));
  const forged = [...journal.slice(0, 3), { ...extra, position: 4 }];
  expect(await compare(forged, 3)).toMatchObject({ kind: 'sound' });
  expect(await compare(forged, 4)).toMatchObject({
    kind: 'fault',
    fault: { place: { kind: 'entry', sequence: 7 }, field: 'row', expected: 'no entry' },
  });
});
