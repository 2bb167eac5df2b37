import type { Pool, PoolClient } from 'pg';
import { silenceMarginMs } from '../../postgres/silence';
import type PgBoss from 'pg-boss';

/** Clearing away days of rows takes longer than any statement of the running work may. */
const maintenanceTimeoutMs = 600_000;

/** Lets pg-boss use the application's pool instead of opening one of its own. */
export function pgBossDatabase(pool: Pool): PgBoss.Db {
  return {
    executeSql: async (text, values: unknown[] | undefined) =>
      values === undefined ? runScript(pool, text) : pool.query(text, values),
  };
}

/** Lets pg-boss write inside the caller's transaction. */
export function withinTransaction(client: PoolClient): PgBoss.Db {
  return { executeSql: (text, values: unknown[]) => client.query(text, values) };
}

/**
 * pg-boss' maintenance is a script with its own BEGIN and COMMIT. When it fails in between, the connection
 * is left inside a failed transaction and must not go back to the pool.
 */
async function runScript(pool: Pool, text: string): ReturnType<PgBoss.Db['executeSql']> {
  const client = await pool.connect();
  try {
    await client.query(`SET statement_timeout = ${String(maintenanceTimeoutMs)}`);
    const script = { text, query_timeout: maintenanceTimeoutMs + silenceMarginMs };
    const result = await client.query(script);
    await client.query('RESET statement_timeout');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
