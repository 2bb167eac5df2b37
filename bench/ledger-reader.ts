import { Client, type Pool } from 'pg';
import { createLedgerBook } from '../src/adapters/postgres/ledger/ledger-book';
import { createLedgerReader } from '../src/adapters/postgres/ledger/ledger-reader';
import { rebuildableLedger } from '../src/adapters/postgres/ledger/ledger-rebuild';
import { ledgerStore } from '../src/adapters/postgres/ledger/ledger-store';
import { sha256 } from '../src/adapters/postgres/sha256';
import { migrate } from '../src/adapters/postgres/migrate';
import { openPool } from '../src/adapters/postgres/pool';
import { newId, type TenantId, tenantOf } from '../src/core/kernel';
import { verifyLedger } from '../src/core/ledger';
import type { LedgerBook, Reader, RecordedEvent } from '../src/core/ports';
import { capture, countingIds, createHistory, eur, startOfHistory } from '../test/contract/ledger/history';
import { startTestServer } from '../test/support/test-server';

/**
 * Events into entries in batches, beside the same reader with a transaction for each event; then the book at two
 * sizes of the ledger. Rounds are interleaved, because a shared machine swings between runs: only ratios count.
 *
 *   npx esbuild bench/ledger-reader.ts --bundle --platform=node --packages=external --loader:.sql=text \
 *     --outfile=dist/bench-ledger-reader.js
 *   node dist/bench-ledger-reader.js [events] [rounds] [events of the grown ledger]
 */
const eventCount = Number(process.argv[2] ?? 30_000);
const roundCount = Number(process.argv[3] ?? 5);
const grownCount = Number(process.argv[4] ?? 300_000);
const batchSize = 500;
const tenantCount = 20;
const singleEventCount = Math.min(3_000, eventCount);
const samples = 300;

interface Contender {
  readonly name: string;
  readonly events: readonly RecordedEvent[];
  readonly batchSize: number;
}

const ids = countingIds();
const tenants: readonly TenantId[] = Array.from({ length: tenantCount }, () =>
  tenantOf(newId('mer', ids), false),
);

/** One event in three moves money, as in a life of created, authorized, captured. */
const wholeLives = (count: number): readonly RecordedEvent[] => {
  const history = createHistory({ stepMs: 1 });
  while (history.events.length < count) history.captured(tenantAt(history.events.length), eur(1_999));
  return history.events;
};

/** Every event moves money: the most that the ledger can be asked for. */
const capturesOnly = (count: number): readonly RecordedEvent[] => {
  const history = createHistory({ stepMs: 1 });
  while (history.events.length < count)
    history.record(tenantAt(history.events.length), history.newCharge(), capture(eur(1_999)));
  return history.events;
};

const tenantAt = (index: number): TenantId =>
  tenants[index % tenantCount] ?? tenants[0] ?? tenantOf(newId('mer', ids), false);

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

const show = (name: string, value: number, unit: string): void =>
  console.log(`${name.padEnd(44)} ${Math.round(value).toLocaleString('en').padStart(9)} ${unit}`);

async function read(reader: Reader, { events, batchSize: size }: Contender): Promise<number> {
  const startedAt = performance.now();
  for (let from = 0; from < events.length; from += size)
    await reader.apply(from, events.slice(from, from + size));
  return events.length / ((performance.now() - startedAt) / 1_000);
}

async function rates(connectionString: string, pool: Pool): Promise<void> {
  const reader = rebuildableLedger({
    reader: createLedgerReader(pool),
    ownerConnectionString: connectionString,
  });
  const lives = wholeLives(eventCount);
  const contenders: readonly Contender[] = [
    { name: 'whole lives, batches of 500', events: lives, batchSize },
    { name: 'whole lives, an event at a time', events: lives.slice(0, singleEventCount), batchSize: 1 },
    { name: 'captures only, batches of 500', events: capturesOnly(eventCount), batchSize },
  ];
  const measured = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < roundCount; round += 1)
    for (const contender of contenders) {
      await reader.reset();
      measured.get(contender.name)?.push(await read(reader, contender));
    }
  const medians = contenders.map(({ name }) => median(measured.get(name) ?? []));
  contenders.forEach(({ name }, index) => show(name, medians[index] ?? 0, 'events/s'));
  const ratio = (medians[0] ?? 0) / (medians[1] ?? 1);
  console.log(`batches ÷ an event at a time: ${ratio.toFixed(1)} (goal: 3.5)`);
}

const questions = (book: LedgerBook, tenant: TenantId, asOf: number) => {
  const accountId = `acct_${tenant}_merchant_payable_eur` as const;
  return {
    'balance now': () => book.account(tenant, accountId),
    'balance as of a past time': () => book.account(tenant, accountId, asOf),
    'trial balance as of a past time': () => book.accounts(tenant, asOf),
    'newest 100 entries of the tenant': () => book.entries(tenant, { limit: 100 }),
    'newest 100 entries of an account up to a time': () =>
      book.entries(tenant, { limit: 100, accountId, to: asOf }),
  };
};

async function askedMs(book: LedgerBook, asOf: number): Promise<ReadonlyMap<string, number>> {
  const result = new Map<string, number>();
  for (const [name, ask] of Object.entries(questions(book, tenantAt(0), asOf))) {
    const times: number[] = [];
    for (let sample = 0; sample < samples; sample += 1) {
      const startedAt = performance.now();
      await ask();
      times.push(performance.now() - startedAt);
    }
    result.set(name, median(times));
  }
  return result;
}

async function growth(connectionString: string, pool: Pool): Promise<void> {
  const reader = rebuildableLedger({
    reader: createLedgerReader(pool),
    ownerConnectionString: connectionString,
  });
  const book = createLedgerBook(pool);
  const events = capturesOnly(grownCount);
  const small = events.slice(0, Math.floor(grownCount / 10));
  await reader.reset();
  await read(reader, { name: 'small', events: small, batchSize });
  await analyze(connectionString);
  const before = await askedMs(book, startOfHistory + small.length / 2);
  for (let from = small.length; from < events.length; from += batchSize)
    await reader.apply(from, events.slice(from, from + batchSize));
  await analyze(connectionString);
  const after = await askedMs(book, startOfHistory + events.length / 2);
  console.log(
    `\np50 in ms at ${(small.length * 2).toString()} and ${(events.length * 2).toString()} entries`,
  );
  for (const [name, beforeMs] of before) {
    const afterMs = after.get(name) ?? 0;
    const ratio = (afterMs / beforeMs).toFixed(1);
    console.log(
      `${name.padEnd(46)} ${beforeMs.toFixed(2)} ${afterMs.toFixed(2)} ÷ ${ratio} (goal: at most 2.5)`,
    );
  }
  const startedAt = performance.now();
  const verdict = await verifyLedger(book, sha256);
  if (!verdict.ok) throw new Error('the ledger of this measurement does not verify');
  show('verified', verdict.entryCount / ((performance.now() - startedAt) / 1_000), 'entries/s');
}

async function analyze(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}

async function main(): Promise<void> {
  const server = await startTestServer();
  try {
    await migrate(server.url, ledgerStore);
    const pool = openPool({ connectionString: server.url, size: 4, applicationName: 'bench-ledger' });
    try {
      await rates(server.url, pool);
      await growth(server.url, pool);
    } finally {
      await pool.end();
    }
  } finally {
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
