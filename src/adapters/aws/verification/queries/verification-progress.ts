import type { Pool } from 'pg';

export interface KeptPasses {
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly provenMs: number;
  /** As it was kept, no matter who wrote it; null for nothing. */
  readonly kept: string | null;
}

const read = `
  SELECT revision, (extract(epoch FROM proven_at) * 1000)::bigint AS proven_ms, kept::text AS kept
  FROM verification.passes`;

const keep = `
  UPDATE verification.passes
  SET revision = revision + 1, kept = $2::json,
    proven_at = to_timestamp($3::double precision / 1000)::timestamptz(3)
  WHERE revision = $1`;

export async function readKeptPasses(pool: Pool): Promise<KeptPasses> {
  const result = await pool.query<{ revision: string; proven_ms: string; kept: string | null }>(read);
  const row = result.rows[0];
  if (row === undefined) throw new Error('the verification has lost the row that says where it goes on');
  return { revision: Number(row.revision), provenMs: Number(row.proven_ms), kept: row.kept };
}

/** @returns the new revision; null when another run was faster, and nothing was written */
export async function keepPasses(
  pool: Pool,
  { revision, provenMs, kept }: KeptPasses,
): Promise<number | null> {
  const result = await pool.query(keep, [revision, kept, provenMs]);
  return result.rowCount === 1 ? revision + 1 : null;
}
