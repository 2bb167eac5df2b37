import type { Pool } from 'pg';
import { jobsChannel } from '../jobs-store';

const text = `
  WITH redriven AS (
    UPDATE jobs.jobs SET
      state = 'ready', attempts = 0, due_at = now(), leased_at = NULL, leased_until = NULL, failed_at = NULL, cause = NULL
    WHERE state = 'failed' AND ($1::text IS NULL OR queue = $1) AND ($2::text IS NULL OR id::text = $2)
    RETURNING queue, lane
  )
  SELECT queue, lane, pg_notify('${jobsChannel}', json_build_array(queue, lane, 0)::text) FROM redriven`;

/** Puts dead letters back in line as if they had never been delivered. @returns queue and lane of each */
export async function redriveDeadLetters(
  pool: Pool,
  { queue, id }: { readonly queue: string | null; readonly id: string | null },
): Promise<readonly { readonly queue: string; readonly lane: string }[]> {
  const redriven = await pool.query<{ queue: string; lane: string }>({ text, values: [queue, id] });
  return redriven.rows;
}
