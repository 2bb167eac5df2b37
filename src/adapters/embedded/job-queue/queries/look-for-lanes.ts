import type { Pool } from 'pg';

/** Makes delayed jobs that are due ready. @returns lanes after this one that have a job to lease, in their order */
export async function lookForLanes(
  pool: Pool,
  { queue, after, limit }: { readonly queue: string; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const found = await pool.query<{ lane: string }>({
    name: 'jobs-look',
    text: 'SELECT lane FROM jobs.look($1, $2, $3) AS lane',
    values: [queue, after, limit],
  });
  return found.rows.map(({ lane }) => lane);
}
