import { Client, type Pool } from 'pg';
import { migrate } from '../src/adapters/postgres/migrate';
import { createPaymentsReader } from '../src/adapters/postgres/payments/payments-reader';
import { paymentsStore } from '../src/adapters/postgres/payments/payments-store';
import { openPool } from '../src/adapters/postgres/pool';
import { type ChargeId, type MerchantId, type RefundId, money, tenantOf } from '../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../src/core/payments';
import type { RecordedEvent } from '../src/core/ports';
import { startTestServer } from '../test/support/test-server';

/**
 * The projectionist in batches of 500 beside the same reader one event at a time, and beside itself without
 * one index after the other, which shows what each costs. Rounds are interleaved, because a shared machine swings between runs: only the ratios count.
 *
 *   npx esbuild bench/payments-reader.ts --bundle --platform=node --packages=external --loader:.sql=text --outfile=dist/bench-payments-reader.js
 *   node dist/bench-payments-reader.js [charges] [rounds]
 */
const chargeCount = Number(process.argv[2] ?? 20_000);
const roundCount = Number(process.argv[3] ?? 5);
const batchLimit = 500;
/** Charges that are created between a charge's creation and its outcome. */
const lag = 200;
const refundEvery = 25;
const tenantCount = 20;
const goalRatio = 3.5;

interface Contender {
  readonly name: string;
  readonly batchLimit: number;
  /** A slow one gets fewer events, so that the rounds stay close together. */
  readonly share: number;
  /** An index that is missing in its rounds. */
  readonly without?: string;
}

const contenders: readonly Contender[] = [
  { name: 'batches of 500', batchLimit, share: 1 },
  { name: 'one event at a time', batchLimit: 1, share: 0.05 },
  ...['charges_by_status', 'charges_by_customer', 'charges_by_currency', 'charges_by_amount'].map(
    (without): Contender => ({ name: `… without ${without}`, batchLimit, share: 1, without }),
  ),
];

const body = (n: number) => n.toString(32).padStart(26, '0');

/** The journal of a busy hour: every charge is created, succeeds a little later, and a few are refunded. */
function history(charges: number): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const versions = new Map<number, number>();
  const record = (n: number, event: ChargeEvent) => {
    const version = (versions.get(n) ?? 0) + 1;
    versions.set(n, version);
    events.push({
      partition: 1,
      position: events.length + 1,
      tenant: tenantOf(`mer_${body(n % tenantCount)}` as MerchantId, false),
      stream: chargeStream(`ch_${body(n)}` as ChargeId),
      version,
      ...chargeCodec.encode(event),
      metadata: { actor: 'bench', correlationId: 'c1' },
      recordedAt: 1_790_000_000_000,
    });
  };
  for (let n = 0; n < charges + lag; n += 1) {
    if (n < charges) record(n, created(n));
    const earlier = n - lag;
    if (earlier < 0) continue;
    const { amount } = created(earlier);
    record(earlier, { type: 'ChargeAuthorized', pspReference: `pi_${body(earlier)}` });
    record(earlier, { type: 'ChargeCaptured', captureId: null, amount, final: true });
    if (earlier % refundEvery !== 0) continue;
    const refundId = `re_${body(earlier)}` as RefundId;
    const pspReference = `pi_${body(earlier)}`;
    const request = { reason: null, metadata: {}, createdAt: 1_790_000_000_000 + n };
    record(earlier, { type: 'RefundRequested', refundId, pspReference, amount, ...request });
    record(earlier, { type: 'RefundSucceeded', refundId, amount, pspReference: `re_${body(n)}` });
  }
  return events;
}

const created = (n: number) =>
  ({
    type: 'ChargeCreated',
    chargeId: `ch_${body(n)}` as ChargeId,
    amount: money(BigInt(1 + ((n * 7919) % 100_000)), n % 10 === 0 ? 'USD' : 'EUR'),
    paymentToken: 'tok_visa',
    captureMethod: 'automatic',
    assessment: 'approved',
    description: `Order ${String(n)}`,
    customerReference: `customer-${String(n % 5_000)}`,
    statementDescriptor: null,
    metadata: { order_id: String(n), plan: n % 3 === 0 ? 'gold' : 'basic', channel: 'web' },
    livemode: false,
    createdAt: 1_790_000_000_000 + n,
  }) as const;

async function measure(pool: Pool, admin: Client, contender: Contender): Promise<number> {
  const reader = createPaymentsReader(pool);
  await reader.reset();
  const definition = contender.without === undefined ? null : await dropIndex(admin, contender.without);
  const events = all.slice(0, Math.floor(all.length * contender.share));
  const startedAt = performance.now();
  for (let from = 0; from < events.length; from += contender.batchLimit)
    await reader.apply(from, events.slice(from, from + contender.batchLimit));
  const perSecond = events.length / ((performance.now() - startedAt) / 1_000);
  if (definition !== null) await admin.query(definition);
  return perSecond;
}

/** @returns the statement that makes it again */
async function dropIndex(admin: Client, index: string): Promise<string> {
  const found = await admin.query<{ definition: string }>(
    'SELECT pg_get_indexdef($1::regclass) AS definition',
    [`payments.${index}`],
  );
  await admin.query(`DROP INDEX payments.${index}`);
  return found.rows[0]?.definition ?? '';
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

const all = history(chargeCount);

async function main(): Promise<void> {
  const server = await startTestServer();
  await migrate(server.url, paymentsStore);
  const admin = new Client({ connectionString: server.url });
  await admin.connect();
  const pool = openPool({ connectionString: server.url, size: 2, applicationName: 'fincore-bench' });
  const measured = new Map(contenders.map((contender): [string, number[]] => [contender.name, []]));
  for (let round = 0; round < roundCount; round += 1)
    for (const contender of contenders)
      measured.get(contender.name)?.push(await measure(pool, admin, contender));
  const reference = median(measured.get(contenders[0]?.name ?? '') ?? []);
  console.log(`${String(all.length)} events, ${String(roundCount)} rounds, medians, events per second`);
  for (const [name, values] of measured) {
    const middle = median(values);
    const range = `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;
    console.log(
      `${name.padEnd(28)} ${middle.toFixed(0).padStart(7)} (${range}) × ${(middle / reference).toFixed(2)}`,
    );
  }
  const ratio = reference / median(measured.get('one event at a time') ?? []);
  console.log(`batches ÷ one at a time: ${ratio.toFixed(1)}, goal ${String(goalRatio)}`);
  await pool.end();
  await admin.end();
  await server.stop();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
