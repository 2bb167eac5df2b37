import type { Pool } from 'pg';
import { textArray } from '../../../postgres/journal/binary-array';

/** A key is known since its job was enqueued. A job that took longer than this restarts that time when it is done. */
const text = `
  WITH done AS (
    DELETE FROM jobs.jobs
    WHERE id = ANY ($1::text[]::uuid[]) AND state = 'ready' AND leased_until IS NOT NULL
    RETURNING id, enqueued_at
  )
  UPDATE jobs.keys SET known_since = now()
  WHERE id = ANY (ARRAY(SELECT id FROM done WHERE enqueued_at < now() - interval '1 hour'))`;

/** Ends jobs that are done; their keys stay. A handler whose lease ran out may report success too, because the work is done. */
export async function completeJobs(pool: Pool, ids: readonly string[]): Promise<void> {
  await pool.query({ name: 'jobs-complete', text, values: [textArray(ids)] });
}
