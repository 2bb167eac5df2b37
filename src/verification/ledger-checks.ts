import { createLedgerQueries } from '../adapters/postgres/ledger/ledger-queries';
import { newestLedgerPosition } from '../adapters/postgres/ledger/queries/newest-position';
import { createLedgerReader } from '../adapters/postgres/ledger/ledger-reader';
import { sha256 } from '../adapters/postgres/sha256';
import { contexts } from '../core/contexts';
import { compareLedgerWithJournal, describeFault, ledgerRules, verifyLedger } from '../core/ledger';
import { type Finding, type Verification, counted, sound, unfinished } from './check';
import { reachOf } from './reach';

const rules = ledgerRules(contexts, sha256);

/** Sums, balances and the hash chain of every tenant. */
export async function checkLedger(verification: Verification): Promise<Finding> {
  const { stores, progress, mayGoOn, pageLimit: stride } = verification;
  const verdict = await verifyLedger(createLedgerQueries(stores.pools.ledger), rules, {
    since: progress.ledger,
    mayGoOn,
    stride,
  });
  if (!verdict.ok) return { kind: 'fault', fault: describeFault(verdict.fault) };
  progress.ledger = verdict.verified;
  if (!verdict.isComplete) return unfinished;
  const { entryCount, accountCount, tenantCount } = verdict;
  return sound(
    `${counted(entryCount, 'entry', 'entries')}, ${counted(accountCount, 'account')}, ${counted(tenantCount, 'tenant')}; sums, balances and chains agree`,
  );
}

/** Anyone who changed entries and computed the chain again is found here. */
export async function checkLedgerAgainstJournal(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn, pageLimit: batchLimit } = verification;
  const { records, pools } = stores;
  const joined = feed.join(progress.derived.position);
  try {
    const reach = await reachOf(createLedgerReader(pools.ledger), records, () =>
      newestLedgerPosition(pools.ledger),
    );
    if (reach.kind === 'beyond') return reach.finding;
    const verdict = await compareLedgerWithJournal({
      feed: joined,
      reader: { checkpoint: () => Promise.resolve(reach.checkpoint) },
      book: createLedgerQueries(pools.ledger),
      rules,
      since: progress.derived,
      mayGoOn,
      batchLimit,
    });
    if (verdict.kind === 'fault') return { kind: 'fault', fault: describeFault(verdict.fault) };
    progress.derived = verdict.ledger;
    if (!verdict.isComplete) return unfinished;
    return sound(`${counted(reach.checkpoint, 'event')} posted again, ${reach.note}`);
  } finally {
    joined.leave();
  }
}
