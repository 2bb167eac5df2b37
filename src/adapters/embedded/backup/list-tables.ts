import type { ClientBase } from 'pg';
import { assert } from '../../../core/kernel';

/** A table with every column that holds data of its own. */
export interface StoredTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/** Whole tables, of a partitioned one the parent; PostgreSQL computes generated columns again. */
const tablesText = `
  SELECT n.nspname AS schema, c.relname AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    -- Which migrations ran is in the manifest: a restore runs them again.
    AND c.relname <> 'migrations'
  GROUP BY n.nspname, c.relname
  ORDER BY n.nspname, c.relname`;

const referencesText = `
  SELECT n.nspname || '.' || c.relname AS referring, rn.nspname || '.' || rc.relname AS referred
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class rc ON rc.oid = k.confrelid
  JOIN pg_namespace rn ON rn.oid = rc.relnamespace
  WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND NOT c.relispartition AND n.nspname = ANY ($1)`;

const sequencesText = `
  SELECT n.nspname || '.' || c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'S' AND n.nspname = ANY ($1)`;

/** Every table of these schemas, a referenced one before those that refer to it. */
export async function listTables(
  client: ClientBase,
  schemas: readonly string[],
): Promise<readonly StoredTable[]> {
  const sequences = await client.query<{ name: string }>(sequencesText, [schemas]);
  assert(
    sequences.rows.length === 0,
    `a backup keeps no sequences, and ${String(sequences.rows[0]?.name)} is one`,
  );
  const tables = (await client.query<StoredTable>(tablesText, [schemas])).rows;
  const references = await client.query<{ referring: string; referred: string }>(referencesText, [schemas]);
  return inLoadingOrder(tables, references.rows);
}

export const fullName = ({ schema, table }: { readonly schema: string; readonly table: string }): string =>
  `${schema}.${table}`;

function inLoadingOrder(
  tables: readonly StoredTable[],
  references: readonly { readonly referring: string; readonly referred: string }[],
): readonly StoredTable[] {
  const ordered: StoredTable[] = [];
  const done = new Set<string>();
  let waiting = tables;
  while (waiting.length > 0) {
    const isFree = (table: StoredTable) =>
      references.every(({ referring, referred }) => referring !== fullName(table) || done.has(referred));
    const free = waiting.filter(isFree);
    assert(free.length > 0, 'tables never refer to each other in a circle');
    for (const table of free) {
      ordered.push(table);
      done.add(fullName(table));
    }
    waiting = waiting.filter((table) => !done.has(fullName(table)));
  }
  return ordered;
}
