import type { ClientBase, Pool } from 'pg';
import { contexts } from '../../../core/contexts';
import {
  type LedgerRules,
  type LedgerTransaction,
  ledgerRules,
  post,
  touchedBy,
  transactionsOf,
} from '../../../core/ledger';
import type { Reader, Registry } from '../../../core/ports';
import { type ReaderOptions, ownTransaction } from '../transact';
import { insertEntries } from './queries/insert-entries';
import { insertTransactions } from './queries/insert-transactions';
import { lockAccounts } from './queries/lock-accounts';
import { lockChains } from './queries/lock-chains';
import { moveCheckpoint } from './queries/move-checkpoint';
import { readCheckpoint } from './queries/read-checkpoint';
import { writeAccounts } from './queries/write-accounts';
import { writeChains } from './queries/write-chains';
import { sha256 } from '../sha256';

export interface LedgerReaderOptions extends ReaderOptions {
  /** Whose events are booked. @default every context of FinCore */
  readonly contexts?: Registry;
}

/** Turns events into ledger entries. The application's reader cannot empty the ledger: see `rebuildableLedger`. */
export function createLedgerReader(pool: Pool, options: LedgerReaderOptions = {}): Reader {
  const { partition = 1, transact = ownTransaction(pool) } = options;
  const rules = ledgerRules(options.contexts ?? contexts, sha256);
  return {
    name: 'ledger',
    checkpoint: () => readCheckpoint(pool, partition),
    async apply(from, events) {
      const transactions = transactionsOf({ partition, from, events }, rules);
      if (events.length === 0) return 'applied';
      return transact('ledger', async (client) => {
        // First of all, because the lock on the checkpoint keeps every other process of this partition out
        // until the commit: every read below comes after theirs.
        const moved = await moveCheckpoint(client, partition, { from, to: from + events.length });
        if (!moved) return 'moved';
        if (transactions.length > 0) await write(client, transactions, rules);
        return 'applied';
      });
    },
  };
}

async function write(
  client: ClientBase,
  transactions: readonly LedgerTransaction[],
  rules: LedgerRules,
): Promise<void> {
  const { accountIds, tenants } = touchedBy(transactions);
  const accounts = await lockAccounts(client, accountIds);
  const heads = await lockChains(client, tenants);
  const posted = post(transactions, { accounts, heads }, rules);
  await insertTransactions(client, posted.transactions);
  await insertEntries(client, posted.entries);
  await writeAccounts(client, posted.accounts);
  await writeChains(client, posted.heads);
}
