import type { Pool } from 'pg';
import type { QueueDepth } from '../../../../core/ports';

const text = `
  SELECT known.queue,
    count(*) FILTER (WHERE state <> 'failed' AND NOT is_active)::float8 AS waiting,
    count(*) FILTER (WHERE is_active)::float8 AS active,
    count(*) FILTER (WHERE state = 'failed')::float8 AS dead,
    greatest(0, coalesce(floor(extract(epoch FROM now() - min(due_at) FILTER (WHERE state <> 'failed' AND NOT is_active))
      * 1000), 0))::float8 AS "oldestWaitingMs"
  FROM (
    SELECT queue, state, due_at, state = 'ready' AND leased_until IS NOT NULL AS is_active FROM jobs.jobs
    UNION ALL
    SELECT queue, NULL, NULL, NULL FROM unnest($1::text[]) AS queue
  ) AS known
  GROUP BY known.queue
  ORDER BY known.queue`;

/** Of every queue that has jobs, and of these, in the order of their names. Reads the whole table, which holds no done job. */
export async function readDepths(pool: Pool, queues: readonly string[]): Promise<readonly QueueDepth[]> {
  const found = await pool.query<QueueDepth>({ text, values: [queues] });
  return found.rows;
}
