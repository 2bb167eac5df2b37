import type { Pool } from 'pg';
import { textArray } from '../../../postgres/journal/binary-array';

const text = `SELECT known.id::text AS id, EXISTS (SELECT FROM jobs.jobs WHERE jobs.id = known.id) AS waits
  FROM jobs.keys AS known WHERE known.id = ANY ($1::text[]::uuid[])`;

/** The jobs whose keys are known, by id: whether each still has a row, or is done. */
export async function findJobs(pool: Pool, ids: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const values = [textArray(ids)];
  const result = await pool.query<{ id: string; waits: boolean }>({ name: 'jobs-find', text, values });
  return new Map(result.rows.map(({ id, waits }) => [id, waits]));
}
