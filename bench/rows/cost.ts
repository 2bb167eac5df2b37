import { Client } from 'pg';
import { createInstallation } from '../../test/support/fincore-process';
import { createMerchantClient } from '../../test/support/merchant-client';
import { watchBooks } from '../load/books';
import { startChargeLoad } from '../load/charge-load';
import { postmasterOf, processorMs } from '../processor-time';
import type { BenchContext, OpenedRow, Row } from '../row';

/** Charges of a warm-up. More of them would leave work to the background verification, whose reads count as commits. */
const warmCharges = 500;
const busyCharges = 3_000;
const calmCharges = 400;
const calmPerSecond = 20;
/** An idle connection reports what it counted within ten seconds. @source PostgreSQL, PGSTAT_IDLE_INTERVAL in pgstat.c */
const reportMs = 11_000;

/** What one charge costs the whole program and its database, from the request to every store. */
export const cost: Row = {
  name: 'cost',
  mostRounds: 3,
  goals: {
    commits: bounded('commits a charge at 20 a second', '', 6),
    app: bounded('processor time of the program a charge at 20 a second', 'ms', 4),
    database: bounded('processor time of the database a charge at 20 a second', 'ms', 4),
    busyApp: { title: 'processor time of the program a charge at full load', unit: 'ms' },
    busyDatabase: { title: 'processor time of the database a charge at full load', unit: 'ms' },
    wal: bounded('WAL a charge at full load', 'B', 7_000),
    disk: bounded('growth of the database a charge at full load', 'B', 4_500),
  },
  open,
};

function bounded(title: string, unit: string, value: number) {
  return { title, unit, bound: { kind: 'at_most', value, of: 'ours' } } as const;
}

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const databaseUrl = await createDatabase('bench_cost');
  const installation = await createInstallation({ DATABASE_URL: databaseUrl });
  const { credentials, child } = await installation.start();
  const { pid } = child;
  if (pid === undefined) throw new Error('the program has no process');
  const target = { url: credentials.api_url, secretKey: credentials.secret_key };
  const merchant = createMerchantClient(credentials);
  const load = startChargeLoad();
  const books = await watchBooks(databaseUrl);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const postmaster = await postmasterOf(client);
  const drain = async () => {
    const missing = await books.missingAfterDraining();
    if (missing > 0) throw new Error(`${String(missing)} charges did not arrive everywhere`);
  };
  const charge = async (amount: number) => {
    await load.make(target, { connections: 64, amount });
    await drain();
  };
  await charge(warmCharges);

  async function spent<Value extends string>(
    charges: number,
    work: () => Promise<void>,
    names: Readonly<Record<Value, keyof Spent>>,
  ): Promise<Record<Value, { ours: number }>> {
    const before = await readSpent(client, pid ?? 0, postmaster);
    await work();
    const after = await readSpent(client, pid ?? 0, postmaster);
    return Object.fromEntries(
      Object.entries<keyof Spent>(names).map(([name, part]) => [
        name,
        { ours: (after[part] - before[part]) / charges },
      ]),
    ) as Record<Value, { ours: number }>;
  }

  return {
    async round() {
      const calm = await spent(calmCharges, () => atPace(() => chargeOnce(merchant)).then(drain), {
        commits: 'commits',
        app: 'appMs',
        database: 'databaseMs',
      });
      const busy = await spent(busyCharges, () => charge(busyCharges), {
        busyApp: 'appMs',
        busyDatabase: 'databaseMs',
        wal: 'walBytes',
        disk: 'diskBytes',
      });
      return { ...calm, ...busy };
    },
    async close() {
      await Promise.all([client.end(), books.close(), load.stop()]);
      await installation.remove();
    },
  };
}

interface Spent {
  readonly commits: number;
  readonly walBytes: number;
  readonly diskBytes: number;
  readonly appMs: number;
  readonly databaseMs: number;
}

const text = `SELECT pg_stat_get_db_xact_commit(oid)::float8 AS commits,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS "walBytes", pg_database_size(oid)::float8 AS "diskBytes"
  FROM pg_database WHERE datname = current_database()`;

async function readSpent(client: Client, pid: number, postmaster: number): Promise<Spent> {
  const [appMs, databaseMs] = [await processorMs(pid), await processorMs(postmaster)];
  await new Promise((resolve) => setTimeout(resolve, reportMs));
  const { rows } = await client.query<Omit<Spent, 'appMs' | 'databaseMs'>>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('the database is not there');
  return { ...row, appMs, databaseMs };
}

async function atPace(work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const under: Promise<void>[] = [];
  for (let n = 0; n < calmCharges; n += 1) {
    const dueMs = startedAt + (n * 1_000) / calmPerSecond - performance.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    under.push(work());
  }
  await Promise.all(under);
}

async function chargeOnce(merchant: ReturnType<typeof createMerchantClient>): Promise<void> {
  const charge = { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' };
  const { status } = await merchant.post('/v1/charges', charge);
  if (status >= 300) throw new Error(`a charge was answered with ${String(status)}`);
}
