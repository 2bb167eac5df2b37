import type { Pool } from 'pg';

// One probe of the unique index for each pair.
const text = `SELECT given.stream, given.version
  FROM unnest($1::text[], $2::integer[]) AS given (stream, version)
  WHERE NOT EXISTS (
    SELECT FROM journal.events AS e WHERE e.stream = given.stream AND e.version = given.version + 1)`;

export interface StreamVersion {
  readonly stream: string;
  readonly version: number;
}

/** Those of the places that no event of their stream follows. */
export async function findLastVersions(
  pool: Pool,
  places: readonly StreamVersion[],
): Promise<readonly StreamVersion[]> {
  const values = [places.map(({ stream }) => stream), places.map(({ version }) => version)];
  return (await pool.query<StreamVersion>({ name: 'journal-find-last-versions', text, values })).rows;
}
