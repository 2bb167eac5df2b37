import type { Pool } from 'pg';

const text = `SELECT encode(key_hash, 'hex') AS key FROM journal.idempotency_keys
  WHERE recorded_at >= timestamptz 'epoch' + $1 * interval '1 millisecond'
    AND recorded_at < COALESCE(timestamptz 'epoch' + $2 * interval '1 millisecond', 'infinity')
    AND key_hash > decode($3, 'hex')
  ORDER BY key_hash LIMIT $4`;

export interface KeyWindow {
  /** Milliseconds since the epoch, included. */
  readonly fromMs: number;
  /** Excluded; null for no end. */
  readonly untilMs: number | null;
}

/** The hashes of idempotency keys that were recorded within the window, in hexadecimal and in order. */
export async function findKeysRecorded(
  pool: Pool,
  { fromMs, untilMs }: KeyWindow,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const values = [fromMs, untilMs, page.after, page.limit];
  const result = await pool.query<{ key: string }>({ name: 'journal-find-keys-recorded', text, values });
  return result.rows.map(({ key }) => key);
}
