import type { Pool } from 'pg';
import { auditStore } from '../adapters/postgres/audit/audit-store';
import { journalStore } from '../adapters/postgres/journal/journal-store';
import { ledgerStore } from '../adapters/postgres/ledger/ledger-store';
import { paymentsStore } from '../adapters/postgres/payments/payments-store';
import { pendingMigrations } from '../adapters/postgres/pending-migrations';
import type { Readiness } from '../api/dependencies';
import type { Stores } from './stores';

/** Longer than a healthy database ever takes, shorter than a load balancer's patience. */
const timeoutMs = 2_000;

/** Asks every store for a sign of life, and whether its schema is the one that this program needs. */
export function createReadiness(stores: Stores): () => Promise<Readiness> {
  const { payments, ledger, audit } = stores.pools;
  const migrated = createMigrationCheck(stores);
  return async () => {
    const checks = await Promise.all([
      check('journal', stores.records.head()),
      check('payment_db', ping(payments)),
      check('ledger_db', ping(ledger)),
      check('audit_db', ping(audit)),
      check('migrations', migrated(), 'the schema is older than the program, or cannot be read'),
    ]);
    return { ready: checks.every(([, { ready }]) => ready), checks: Object.fromEntries(checks) };
  };
}

/** Migrations are never undone, so a yes is asked for once. */
function createMigrationCheck({ pools }: Stores): () => Promise<void> {
  const stores = [
    [pools.journal, journalStore],
    [pools.payments, paymentsStore],
    [pools.ledger, ledgerStore],
    [pools.audit, auditStore],
  ] as const;
  let isMigrated = false;
  return async () => {
    if (isMigrated) return;
    const pending = await Promise.all(stores.map(([pool, store]) => pendingMigrations(pool, store)));
    if (pending.flat().length > 0) throw new Error(`not migrated: ${pending.flat().join(', ')}`);
    isMigrated = true;
  };
}

const ping = (pool: Pool) => pool.query('SELECT 1');

async function check(
  name: string,
  asked: Promise<unknown>,
  failure = 'does not answer',
): Promise<[string, { ready: boolean; detail?: string }]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${String(timeoutMs)} ms`)), timeoutMs);
  });
  try {
    await Promise.race([asked, late]);
    return [name, { ready: true }];
  } catch {
    // The reason goes to the log of whoever lost the connection; this page is public.
    return [name, { ready: false, detail: failure }];
  } finally {
    clearTimeout(timer);
  }
}
