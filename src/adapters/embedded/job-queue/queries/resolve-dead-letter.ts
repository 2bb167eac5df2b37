import type { Pool } from 'pg';

const text = `
  WITH resolved AS (
    DELETE FROM jobs.jobs
    WHERE state = 'failed' AND id::text = $1 AND floor(extract(epoch FROM failed_at) * 1000)::float8 = $2
    RETURNING id
  )
  UPDATE jobs.keys SET known_since = now() WHERE id = ANY (ARRAY(SELECT id FROM resolved))`;

/** Takes a dead letter out that died at `failedAt`; one that was redriven and died again since then stays. */
export async function resolveDeadLetter(
  pool: Pool,
  { id, failedAt }: { readonly id: string; readonly failedAt: number },
): Promise<void> {
  await pool.query({ text, values: [id, failedAt] });
}
