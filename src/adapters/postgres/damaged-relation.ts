import type { Pool } from 'pg';

/** SQLSTATEs by which PostgreSQL reports that a page of a table, or of an index, cannot be read. */
const damageCodes: ReadonlySet<unknown> = new Set(['XX001', 'XX002']);

export interface DamagedRelation {
  /** With its schema: `journal.events`. */
  readonly table: string;
  /** The index or TOAST table that has the damaged page; the table itself otherwise. */
  readonly relation: string;
}

/** Whether PostgreSQL refused to read a page. */
export const isDamage = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && damageCodes.has(error.code);

// A message names a file (base/<database>/<file>), a TOAST table by its table's number, or an index by its name.
const text = `
  WITH damaged AS (
    SELECT CASE
      WHEN $2::oid IS NOT NULL THEN (
        SELECT pg_filenode_relation(0, $2) FROM pg_database
        WHERE datname = current_database() AND pg_database.oid = $1)
      WHEN $3::oid IS NOT NULL THEN (SELECT c.reltoastrelid FROM pg_class c WHERE c.oid = $3)
      ELSE (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $4 AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY c.oid LIMIT 1)
    END AS relation
  )
  SELECT d.relation::regclass::text AS relation,
    COALESCE(t.oid, i.indrelid, d.relation)::regclass::text AS table
  FROM damaged d
  LEFT JOIN pg_index i ON i.indexrelid = d.relation
  LEFT JOIN pg_class t ON t.reltoastrelid = COALESCE(i.indrelid, d.relation)
  WHERE d.relation <> 0`;

/** @returns the table that the message speaks of, or null where this database has no such table */
export async function findDamagedRelation(pool: Pool, message: string): Promise<DamagedRelation | null> {
  const file = /\bbase\/(\d+)\/(\d+)/.exec(message);
  const toast = /\bpg_toast_(\d+)\b/.exec(message);
  const index = /\bindex "([^"]+)"/.exec(message);
  if (file === null && toast === null && index === null) return null;
  const values = [file?.[1], file?.[2], toast?.[1], index?.[1]].map((value) => value ?? null);
  return (await pool.query<DamagedRelation>({ text, values })).rows[0] ?? null;
}
