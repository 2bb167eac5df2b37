import type { Pool } from 'pg';
import { createAuditReader } from '../../src/adapters/postgres/audit/audit-reader';
import { rebuildableAudit } from '../../src/adapters/postgres/audit/audit-rebuild';
import { auditStore } from '../../src/adapters/postgres/audit/audit-store';
import { createLedgerReader } from '../../src/adapters/postgres/ledger/ledger-reader';
import { rebuildableLedger } from '../../src/adapters/postgres/ledger/ledger-rebuild';
import { ledgerStore } from '../../src/adapters/postgres/ledger/ledger-store';
import { migrate } from '../../src/adapters/postgres/migrate';
import { createPaymentsReader } from '../../test/support/payments-reader';
import { paymentsStore } from '../../src/adapters/postgres/payments/payments-store';
import { openPool } from '../../src/adapters/postgres/pool';
import type { RebuildableReader, RecordedEvent } from '../../src/core/ports';
import { busyHour } from '../load/history';
import type { BenchContext, Goal, OpenedRow, Row, Sample } from '../row';

const chargeCount = 4_000;
const batchLimit = 500;
/** One event at a time is slow, so it gets fewer events, and the two stay close together. */
const singleEvents = 1_000;

const goal = (reader: string): Goal => ({
  title: `${reader}, batches of ${String(batchLimit)} ÷ an event at a time`,
  unit: '/s',
  bound: { kind: 'at_least', value: 3.5, of: 'ratio' },
});

/** Events into books: each reader in batches, beside the same reader with a transaction for each event. */
export const readers: Row = {
  name: 'readers',
  goals: { payments: goal('payments'), ledger: goal('ledger'), audit: goal('audit') },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const url = await createDatabase('bench_readers');
  for (const store of [paymentsStore, ledgerStore, auditStore]) await migrate(url, store);
  const pool = openPool({ connectionString: url, size: 2, applicationName: 'fincore-bench' });
  const contenders = Object.entries(openReaders(pool, url));
  const events = busyHour(chargeCount);
  return {
    async round() {
      const samples: Record<string, Sample> = {};
      for (const [name, reader] of contenders) {
        const limit = await eventsPerSecond(reader, events.slice(0, singleEvents), 1);
        const ours = await eventsPerSecond(reader, events, batchLimit);
        samples[name] = { ours, limit };
      }
      return samples;
    },
    close: () => pool.end(),
  };
}

const openReaders = (
  pool: Pool,
  ownerConnectionString: string,
): Readonly<Record<string, RebuildableReader>> => ({
  payments: createPaymentsReader(pool),
  ledger: rebuildableLedger({ reader: createLedgerReader(pool), ownerConnectionString }),
  audit: rebuildableAudit({ reader: createAuditReader(pool), ownerConnectionString }),
});

async function eventsPerSecond(
  reader: RebuildableReader,
  events: readonly RecordedEvent[],
  batch: number,
): Promise<number> {
  await reader.reset();
  const startedAt = performance.now();
  for (let from = 0; from < events.length; from += batch)
    await reader.apply(from, events.slice(from, from + batch));
  return events.length / ((performance.now() - startedAt) / 1_000);
}
