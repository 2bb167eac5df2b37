import type { Pool } from 'pg';

const text = 'SELECT stream FROM journal.events WHERE stream = ANY ($1) AND version = 1';

/** Those of the streams that exist. */
export async function findStreams(pool: Pool, streams: readonly string[]): Promise<ReadonlySet<string>> {
  const result = await pool.query<{ stream: string }>({
    name: 'journal-find-streams',
    text,
    values: [streams],
  });
  return new Set(result.rows.map(({ stream }) => stream));
}
