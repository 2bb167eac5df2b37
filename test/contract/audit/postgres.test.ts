import { contexts } from '../../../src/core/contexts';
import { createHash } from 'node:crypto';
import { Client, type Pool } from 'pg';
import { createIds } from '../../../src/adapters/embedded/ids';
import { createAuditLog } from '../../../src/adapters/postgres/audit/audit-log';
import { createAuditQueries } from '../../../src/adapters/postgres/audit/audit-queries';
import { createAuditReader } from '../../../src/adapters/postgres/audit/audit-reader';
import { rebuildableAudit } from '../../../src/adapters/postgres/audit/audit-rebuild';
import { auditStore } from '../../../src/adapters/postgres/audit/audit-store';
import { createAuditTrail } from '../../../src/adapters/postgres/audit/audit-trail';
import { writeRefusals } from '../../../src/adapters/postgres/audit/write-refusals';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { openPool } from '../../../src/adapters/postgres/pool';
import { factsOf, verifyAudit } from '../../../src/core/audit';
import { operatorTenant } from '../../../src/core/kernel';
import type { AuditRefusal } from '../../../src/core/ports';
import { eventually } from '../../support/eventually';
import { createTestDatabase } from '../../support/postgres';
import { auditContract } from './audit.contract';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const pools: Pool[] = [];

function open(connectionString = database.url): Pool {
  const pool = openPool({ connectionString, size: 4, applicationName: 'fincore-audit-test' });
  pools.push(pool);
  return pool;
}

async function asOwner<Value>(work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const empty = () =>
  asOwner((client) =>
    client.query(`
      UPDATE audit.checkpoints SET position = 0;
      UPDATE audit.chain SET sequence = 0, hash = decode(repeat('00', 32), 'hex');
      TRUNCATE audit.entries`),
  );

/** What the log reports, as a logger would show it. */
function collectReports() {
  const reports: { readonly facts: object; readonly message: string }[] = [];
  return {
    reports,
    report: { error: (facts: object, message: string) => void reports.push({ facts, message }) },
  };
}

const openLog = (pool: Pool, options: Partial<Parameters<typeof createAuditLog>[1]> = {}) =>
  createAuditLog(pool, { ids: createIds(), retryDelayMs: 10, ...collectReports(), ...options });

const refusal = (n: number): AuditRefusal => ({
  tenant: operatorTenant,
  actor: 'operator',
  action: 'CreateMerchant',
  subject: null,
  outcome: 'refused',
  code: 'no',
  requestId: `req_${String(n)}`,
  clientAddress: '127.0.0.1',
  occurredAt: 1_000 + n,
});

const noEvents = { read: () => Promise.resolve([]) };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const verify = (pool: Pool) =>
  verifyAudit({ trail: createAuditTrail(pool), feed: noEvents, sha256, contexts });

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, auditStore);
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});
afterAll(() => database.drop());

auditContract('postgres', async () => {
  await empty();
  const pool = open();
  const log = openLog(pool);
  return {
    reader: rebuildableAudit({ reader: createAuditReader(pool), ownerConnectionString: database.url }),
    another: createAuditReader(open()),
    log,
    queries: createAuditQueries(pool),
    trail: createAuditTrail(pool),
    close: () => log.close(),
  };
});

test('migrating again does nothing', async () => {
  expect(await migrate(database.url, auditStore)).toEqual([]);
});

describe('the application role', () => {
  test.each([
    'UPDATE audit.entries SET actor = actor',
    'DELETE FROM audit.entries',
    'TRUNCATE audit.entries',
    'DELETE FROM audit.chain',
    'INSERT INTO audit.chain (sequence, hash) SELECT sequence, hash FROM audit.chain',
    'DELETE FROM audit.checkpoints',
  ])('may not: %s', async (statement) => {
    await expect(open().query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the schema refuses', () => {
  const insert = (columns: Readonly<Record<string, string>>) => {
    const row: Readonly<Record<string, string>> = {
      id: "'aud_1'",
      tenant: "'operator'",
      actor: "'a'",
      action: "'b'",
      subject: "'s'",
      outcome: "'done'",
      correlation_id: "'c'",
      occurred_at: 'now()',
      event: "'e'",
      partition: '1',
      position: '1',
      ...columns,
    };
    return asOwner((client) =>
      client.query(
        `BEGIN; INSERT INTO audit.entries (${Object.keys(row).join()}) VALUES (${Object.values(row).join()}); ROLLBACK`,
      ),
    );
  };
  test('nothing of a whole entry', async () => {
    await expect(insert({})).resolves.toBeDefined();
  });
  test.each([
    ['an effect without its position', { position: 'NULL' }],
    ['an effect with a code', { code: "'x'" }],
    ['an effect in the chain', { sequence: '1' }],
    ['a refusal without a place in the chain', { outcome: "'refused'" }],
    ['an outcome that is not known', { outcome: "'maybe'" }],
  ])('%s', async (_, columns) => {
    await expect(insert(columns)).rejects.toMatchObject({ code: '23514' });
  });
});

describe('the log', () => {
  beforeEach(empty);

  test('chains what several processes write at once, without a gap', async () => {
    const logs = Array.from({ length: 4 }, () => openLog(open(), { batchLimit: 7 }));
    for (let n = 0; n < 400; n += 1) logs[n % 4]?.record(refusal(n));
    await Promise.all(logs.map((log) => log.close()));
    expect(logs.map((log) => log.dropped())).toEqual([0, 0, 0, 0]);
    expect(await verify(open())).toMatchObject({ effectCount: 0, refusals: { sequence: 400 }, fault: null });
  });

  test('a refusal that no longer waits is in the audit: a kill loses at most what waits', async () => {
    const pool = open();
    const log = openLog(pool, { batchLimit: 5 });
    for (let n = 0; n < 20; n += 1) log.record(refusal(n));
    for (let waiting = 20; waiting > 0;) {
      waiting = log.waiting();
      const { refusals } = await verify(pool);
      expect(refusals.sequence).toBeGreaterThanOrEqual(20 - waiting);
    }
    await log.close();
  });

  test('drops what is beyond the bound, counts it and says so', async () => {
    const { report, reports } = collectReports();
    const log = openLog(open(), { bound: 10, report });
    for (let n = 0; n < 25; n += 1) log.record(refusal(n));
    expect([log.waiting(), log.dropped()]).toEqual([10, 15]);
    await log.close();
    expect(reports).toEqual([
      { facts: { count: 15, total: 15, bound: 10 }, message: 'refusals are missing in the audit' },
    ]);
    expect(await verify(open())).toMatchObject({ refusals: { sequence: 10 }, fault: null });
  });

  test('keeps refusals while the database is away, and writes each once when it is back', async () => {
    const { report, reports } = collectReports();
    const log = openLog(open(), { report });
    await asOwner((client) => client.query('ALTER TABLE audit.entries RENAME TO entries_away'));
    for (let n = 0; n < 5; n += 1) log.record(refusal(n));
    await eventually(() => expect(reports.length).toBeGreaterThan(2));
    expect([log.waiting(), log.dropped()]).toEqual([5, 0]);
    await asOwner((client) => client.query('ALTER TABLE audit.entries_away RENAME TO entries'));
    await eventually(() => expect(log.waiting()).toBe(0));
    await log.close();
    expect(await verify(open())).toMatchObject({ refusals: { sequence: 5 }, fault: null });
  });

  test('a batch that comes again because its commit was not confirmed is written once', async () => {
    const pool = open();
    const batch = [1, 2, 3].map((n) => factsOf(refusal(n), createIds()()));
    await writeRefusals(pool, batch);
    await writeRefusals(pool, batch);
    expect(await verify(pool)).toMatchObject({ refusals: { sequence: 3 }, fault: null });
  });

  test('closes in time when the database hangs, and counts what it could not write', async () => {
    await asOwner(async (client) => {
      await client.query('BEGIN; LOCK TABLE audit.chain');
      const { report, reports } = collectReports();
      const log = openLog(open(), { closeTimeoutMs: 50, report });
      for (let n = 0; n < 3; n += 1) log.record(refusal(n));
      await log.close();
      expect(log.dropped()).toBe(3);
      log.record(refusal(4));
      expect(log.dropped()).toBe(4);
      expect(reports.at(-1)?.message).toBe('refusals are missing in the audit');
      await client.query('ROLLBACK');
    });
  });

  test('hostile text is stored and verifies', async () => {
    const log = openLog(open());
    log.record({ ...refusal(1), subject: "\u0000'; DROP TABLE audit.entries; --\uD800" });
    await log.close();
    expect(log.dropped()).toBe(0);
    expect(await verify(open())).toMatchObject({ refusals: { sequence: 1 }, fault: null });
  });
});

test.each([
  ["UPDATE audit.entries SET actor = 'somebody' WHERE sequence = 3", { kind: 'refusal', sequence: 3 }],
  [
    "UPDATE audit.entries SET occurred_at = occurred_at + interval '1 ms' WHERE sequence = 3",
    { kind: 'refusal', sequence: 3 },
  ],
  ['DELETE FROM audit.entries WHERE sequence = 3', { kind: 'refusal', sequence: 3 }],
  ['DELETE FROM audit.entries WHERE sequence = 5', { kind: 'refusal', sequence: 5 }],
  ["UPDATE audit.chain SET hash = decode(repeat('ff', 32), 'hex')", { kind: 'head' }],
  ['DELETE FROM audit.chain', { kind: 'head' }],
])('what a superuser did is located: %s', async (statement, place) => {
  await empty();
  const log = openLog(open());
  for (let n = 0; n < 5; n += 1) log.record(refusal(n));
  await log.close();
  await asOwner((client) => client.query(statement));
  expect((await verify(open())).fault?.place).toEqual(place);
  await asOwner((client) =>
    client.query(
      "INSERT INTO audit.chain (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING",
    ),
  );
});
