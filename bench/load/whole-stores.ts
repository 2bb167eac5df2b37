import { Client, type Pool } from 'pg';
import { createAuditReader } from '../../src/adapters/postgres/audit/audit-reader';
import { readFeed } from '../../src/adapters/postgres/journal/queries/read-feed';
import { createSealer } from '../../src/adapters/postgres/journal/sealer';
import { createLedgerReader } from '../../src/adapters/postgres/ledger/ledger-reader';
import { migrate } from '../../src/adapters/postgres/migrate';
import { createReadModelReader } from '../../src/adapters/postgres/read-model/read-model-reader';
import { openPool } from '../../src/adapters/postgres/pool';
import { allStores } from '../../src/compose/all-stores';
import { contexts } from '../../src/core/contexts';
import type { Reader } from '../../src/core/ports';
import { copyJournal } from './copy-journal';
import { eventsOfBusyHour } from './history';

const partition = 1;
/** Charges of a busy hour have three events, and one in 25 of them two more. */
const eventsPerCharge = 3.08;
const batchLimit = 1_000;

export interface WholeStores {
  readonly url: string;
  readonly events: number;
  readonly tell: (line: string) => void;
}

/**
 * Stores that verify: a journal written in one stream, from which the real readers then derive payments, ledger,
 * audit and seals.
 */
export async function fillWholeStores({ url, events, tell }: WholeStores): Promise<void> {
  const stores = allStores.map(({ store }) => store);
  for (const store of stores) await migrate(url, store);
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    tell('writing the journal');
    const journal = eventsOfBusyHour(Math.ceil(events / eventsPerCharge));
    await copyJournal(owner, journal, events);
    await owner.query('UPDATE dispatch.checkpoints SET position = $1', [events]);
    await owner.query('VACUUM ANALYZE');
    const pool = openPool({ connectionString: url, size: 4, applicationName: 'fincore-bench' });
    try {
      await derive(pool, tell);
    } finally {
      await pool.end();
    }
    await owner.query('VACUUM ANALYZE');
  } finally {
    await owner.end();
  }
}

async function derive(pool: Pool, tell: (line: string) => void): Promise<void> {
  const readers: readonly Reader[] = [
    ...contexts.readModels.map((model) => createReadModelReader(pool, model)),
    createLedgerReader(pool),
    createAuditReader(pool),
    createSealer(pool),
  ];
  tell('deriving payments, ledger, audit and seals');
  for (let position = 0; ; position += batchLimit) {
    const events = await readFeed(pool, partition, position, batchLimit);
    if (events.length === 0) return;
    for (const outcome of await Promise.all(readers.map((reader) => reader.apply(position, events))))
      if (outcome !== 'applied') throw new Error(`a reader stands elsewhere at ${String(position)}`);
  }
}
