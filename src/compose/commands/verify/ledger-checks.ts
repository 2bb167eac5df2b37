import { createLedgerBook } from '../../../adapters/postgres/ledger/ledger-book';
import { createLedgerReader } from '../../../adapters/postgres/ledger/ledger-reader';
import { sha256 } from '../../../adapters/postgres/sha256';
import { compareLedgerWithJournal, describeFault, verifyLedger } from '../../../core/ledger';
import type { Books } from '../../books';
import { type Finding, counted, sound } from './check';
import { reachOf } from './reach';

/** Sums, balances and the hash chain of every tenant. */
export async function checkLedger({ pools }: Books): Promise<Finding> {
  const verdict = await verifyLedger(createLedgerBook(pools.ledger), sha256);
  if (!verdict.ok) return { kind: 'fault', fault: describeFault(verdict.fault) };
  const { entryCount, accountCount, tenantCount } = verdict;
  return sound(
    `${counted(entryCount, 'entry', 'entries')}, ${counted(accountCount, 'account')}, ${counted(tenantCount, 'tenant')}; sums, balances and chains agree`,
  );
}

/** Whoever changed entries and computed the chain anew is found here. */
export async function checkLedgerAgainstJournal({ records, pools }: Books): Promise<Finding> {
  const reader = createLedgerReader(pools.ledger);
  const reach = await reachOf(reader, records);
  if (reach.kind === 'beyond') return reach.finding;
  const fault = await compareLedgerWithJournal({
    feed: records,
    reader: { checkpoint: () => Promise.resolve(reach.checkpoint) },
    book: createLedgerBook(pools.ledger),
    sha256,
  });
  if (fault !== null) return { kind: 'fault', fault: describeFault(fault) };
  return sound(`${counted(reach.checkpoint, 'event')} posted again, ${reach.note}`);
}
