import type { Pool, QueryConfig } from 'pg';
import { migrate } from '../../../src/adapters/postgres/migrate';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { paymentsStore } from '../../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../../src/adapters/postgres/pool';
import type { TenantId } from '../../../src/core/kernel';
import type { ChargeFilter, PaymentQueries, RefundFilter } from '../../../src/core/payments';
import { createTestDatabase } from '../../support/postgres';

const tenant = 'mer_plans.test' as TenantId;
/** Of each, charges and refunds; a few are rare in every way that a filter can ask for. */
const rows = 8_000;
const rareEvery = 400;
const pageLimit = 10;
/** What a page may look at: some more than it shows, and nothing that grows with the table. */
const mostLookedAt = 120;
const fillTimeoutMs = 120_000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: Pool;
let asked: QueryConfig[] = [];
let queries: PaymentQueries;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, paymentsStore);
  pool = openPool({ connectionString: database.url, size: 2, applicationName: 'fincore-test' });
  await fill();
  const listening = Object.assign(Object.create(pool) as Pool, {
    query: (config: QueryConfig) => {
      asked.push(config);
      return pool.query(config);
    },
  });
  queries = createPaymentQueries(listening);
}, fillTimeoutMs);
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function fill(): Promise<void> {
  const numbers = `generate_series(1, ${String(rows)}) AS n, LATERAL (SELECT n % ${String(rareEvery)} = 7 AS rare) r`;
  const kind = `jsonb_build_object('kind', CASE WHEN rare THEN 'rare' ELSE 'common' END)`;
  await pool.query(`
    INSERT INTO payments.charges (charge_id, tenant, status, currency, amount_minor, customer_reference, metadata,
      created_at, state)
    SELECT 'ch_' || n, '${tenant}', CASE WHEN rare THEN 'processing' ELSE 'succeeded' END,
      CASE WHEN rare THEN 'KWD' ELSE 'EUR' END, CASE WHEN rare THEN 1999 ELSE 100 + n % 900 END,
      CASE WHEN rare THEN 'ann' ELSE 'c' || n % 5000 END, ${kind}, to_timestamp(1790000000 + n), '{}'
    FROM ${numbers}`);
  await pool.query(`
    INSERT INTO payments.refunds (refund_id, charge_id, tenant, status, currency, amount_minor, customer_reference,
      metadata, created_at, state)
    SELECT 're_' || n, 'ch_' || n, '${tenant}', CASE WHEN rare THEN 'pending' ELSE 'succeeded' END,
      CASE WHEN rare THEN 'KWD' ELSE 'EUR' END, CASE WHEN rare THEN 1999 ELSE 100 + n % 900 END,
      CASE WHEN rare THEN 'ann' ELSE 'c' || n % 5000 END, ${kind}, to_timestamp(1790000000 + n), '{}'
    FROM ${numbers}`);
  await pool.query(`
    INSERT INTO payments.metadata (tenant, object, key, value, created_at, id)
    SELECT '${tenant}', object, 'kind', CASE WHEN rare THEN 'rare' ELSE 'common' END, to_timestamp(1790000000 + n),
      CASE object WHEN 'charge' THEN 'ch_' ELSE 're_' END || n
    FROM ${numbers}, unnest(ARRAY['charge', 'refund']) AS object`);
  const owner = openPool({ connectionString: database.url, size: 1, applicationName: 'fincore-test' });
  await owner.query('RESET ROLE');
  await owner.query('VACUUM (ANALYZE) payments.charges, payments.refunds, payments.metadata');
  await owner.end();
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Runs the last statement once more and tells how many rows of tables it looked at, and which it read from end to end. */
async function lookedAt(): Promise<{ readonly rows: number; readonly whole: readonly string[] }> {
  const last = asked.at(-1);
  if (last === undefined) throw new Error('nothing was asked');
  const { rows: plans } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${last.text}`,
    last.values,
  );
  const nodes = plans.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
  const scans = nodes.filter((node) => node['Relation Name'] !== undefined);
  const looks = scans.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  );
  return {
    rows: looks.reduce((sum, looked) => sum + looked, 0),
    whole: scans
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name'] ?? ''),
  };
}

const page = { limit: pageLimit };
const common: readonly [string, ChargeFilter & RefundFilter][] = [
  ['nothing', {}],
  ['an exact amount', { amountMinor: { eq: 1999n } }],
  ['an amount that no object has', { amountMinor: { eq: 5n } }],
  ['bounds of an amount', { amountMinor: { gte: 1000n, lt: 2000n } }],
  ['an exact time', { createdAt: { eq: 1_790_000_007_000 } }],
  ['bounds of the time', { createdAt: { gte: 1_790_000_100_000, lt: 1_790_000_110_000 } }],
  ['a rare currency', { currency: 'KWD' }],
  ['a customer', { customerReference: 'ann' }],
  ['a rare value of metadata', { metadata: { kind: 'rare' } }],
  ['a common value of metadata', { metadata: { kind: 'common' } }],
];

describe('a page looks at rows by an index, however many there are', () => {
  beforeEach(() => {
    asked = [];
  });

  test.each<readonly [string, ChargeFilter]>([
    ...common,
    ['a rare status', { statuses: ['processing', 'failed'] }],
    ['a common status', { statuses: ['succeeded'] }],
  ])('charges by %s', async (_, filter) => {
    const found = await queries.listCharges(tenant, filter, page);
    expect(found.ok).toBe(true);
    const { rows: looked, whole } = await lookedAt();
    expect(whole).toEqual([]);
    expect(looked).toBeLessThan(mostLookedAt);
  });

  test.each<readonly [string, RefundFilter]>([
    ...common,
    ['a rare status', { statuses: ['pending', 'failed'] }],
    ['a common status', { statuses: ['succeeded'] }],
    ['a charge', { chargeId: 'ch_7' as RefundFilter['chargeId'] & string }],
  ])('refunds by %s', async (_, filter) => {
    const found = await queries.listRefunds(tenant, filter, page);
    expect(found.ok).toBe(true);
    const { rows: looked, whole } = await lookedAt();
    expect(whole).toEqual([]);
    expect(looked).toBeLessThan(mostLookedAt);
  });
});
