import type { Pool } from 'pg';

const text = `SELECT DISTINCT left(metadata ->> 'answered', 32) AS key FROM journal.events
  WHERE partition = $1 AND position > $2 AND position <= $3 AND left(metadata ->> 'answered', 32) = ANY ($4)`;

/** Which of these idempotency keys an event after `from`, up to `to`, was recorded with. */
export async function findAnsweringEvents(
  pool: Pool,
  partition: number,
  range: { readonly from: number; readonly to: number },
  keys: readonly string[],
): Promise<readonly string[]> {
  const values = [partition, range.from, range.to, keys];
  const result = await pool.query<{ key: string }>({ name: 'journal-find-answering-events', text, values });
  return result.rows.map(({ key }) => key);
}
