import type { Pool } from 'pg';

const text = 'SELECT stream, position FROM journal.events WHERE stream = ANY ($1) AND version = 1';

/** Those of the streams that exist, each with the position of its first event. */
export async function findStreams(
  pool: Pool,
  streams: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await pool.query<{ stream: string; position: string }>({
    name: 'journal-find-streams',
    text,
    values: [streams],
  });
  return new Map(result.rows.map(({ stream, position }) => [stream, Number(position)]));
}
