import type { Pool } from 'pg';
import { advisoryLocks } from '../../../postgres/advisory-locks';
import { inTransaction } from '../../../postgres/pool';

/** In one statement; the next follows at once. */
const keysPerStatement = 10_000;

const text = `
  DELETE FROM jobs.keys WHERE id = ANY (ARRAY(
    SELECT known.id FROM jobs.keys AS known
    WHERE known.known_since < now() - $1 * interval '1 day'
      AND NOT EXISTS (SELECT FROM jobs.jobs WHERE jobs.id = known.id)
    LIMIT ${String(keysPerStatement)}
  ))`;

/** Forgets keys whose jobs have been done for so many days. One process does so at a time. @returns how many, at most 10,000 */
export const forgetKeys = (pool: Pool, keptDays: number): Promise<number> =>
  inTransaction(pool, async (client) => {
    const lock = await client.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [
      advisoryLocks.jobQueue,
    ]);
    if (lock.rows[0]?.held !== true) return 0;
    // The index by time is of the kind that only a bitmap scan can use.
    await client.query('SET LOCAL enable_bitmapscan = on');
    return (await client.query(text, [keptDays])).rowCount ?? 0;
  });
