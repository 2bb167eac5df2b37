import type { Pool } from 'pg';
import { auditStore } from '../adapters/postgres/audit/audit-store';
import { journalStore } from '../adapters/postgres/journal/journal-store';
import { ledgerStore } from '../adapters/postgres/ledger/ledger-store';
import { pendingMigrations } from '../adapters/postgres/pending-migrations';
import { readModelStoreOf } from '../adapters/postgres/read-model-stores';
import type { Readiness } from '../api/dependencies';
import { contexts } from '../core/contexts';
import type { Stores } from '../compose/stores';

/** Longer than a healthy database ever takes, shorter than a load balancer's patience. */
const timeoutMs = 2_000;

/** What else a program needs before it takes requests. */
export interface ReadinessCheck {
  readonly name: string;
  /** Shown to the public while the check fails. */
  readonly failure: string;
  /** Rejects when the program is not ready. */
  readonly ask: () => Promise<unknown>;
}

/**
 * Asks every store for a sign of life, the journal whether it takes writes, and whether each schema is the one that this
 * program needs.
 */
export function createReadiness(
  stores: Stores,
  others: readonly ReadinessCheck[] = [],
): () => Promise<Readiness> {
  const { ledger, audit } = stores.pools;
  const readModels = contexts.readModels.map((model) => stores.poolOf(model));
  const migrated = createMigrationCheck(stores);
  return async () => {
    const checks = await Promise.all([
      check('journal', stores.records.head()),
      check('journal_writable', writable(stores.pools.journal), 'the database takes no writes'),
      check('read_models', Promise.all(readModels.map(ping))),
      check('ledger', ping(ledger)),
      check('audit', ping(audit)),
      check('migrations', migrated(), 'the schema is older than the program, or cannot be read'),
      ...others.map(({ name, ask, failure }) => check(name, ask(), failure)),
    ]);
    return { ready: checks.every(([, { ready }]) => ready), checks: Object.fromEntries(checks) };
  };
}

/** Migrations are never undone, so a yes is asked for once. */
function createMigrationCheck({ pools, poolOf }: Stores): () => Promise<void> {
  const stores = [
    [pools.journal, journalStore],
    ...contexts.readModels.map((model) => [poolOf(model), readModelStoreOf(model)] as const),
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

/** A server that became a standby, or was set to read only, answers every look-up. */
async function writable(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ read_only: string }>(
    "SELECT current_setting('transaction_read_only') AS read_only",
  );
  if (rows[0]?.read_only !== 'off') throw new Error('read only');
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
    // The reason goes to the log of anyone who lost the connection; this page is public.
    return [name, { ready: false, detail: failure }];
  } finally {
    clearTimeout(timer);
  }
}
