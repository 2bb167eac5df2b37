import type { Pool } from 'pg';

const text = `SELECT h.position AS head,
  COALESCE((SELECT max(e.position) FROM journal.events e WHERE e.partition = h.partition), 0) AS last
  FROM journal.heads h WHERE h.partition = $1`;

/** How far a partition reaches, read at one instant. */
export interface JournalExtent {
  /** Where the head row says that the journal ends. */
  readonly head: number;
  /** The highest position of any event; 0 when there is none. */
  readonly last: number;
}

export async function readExtent(pool: Pool, partition: number): Promise<JournalExtent> {
  const result = await pool.query<{ head: string; last: string }>({
    name: 'journal-read-extent',
    text,
    values: [partition],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error(`the journal has no partition ${String(partition)}`);
  return { head: Number(row.head), last: Number(row.last) };
}
