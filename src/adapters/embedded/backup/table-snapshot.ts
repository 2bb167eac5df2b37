import { join } from 'node:path';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type StoredTable, fullName, listTables } from './list-tables';
import type { TableFile } from './manifest';
import { connectAsOwner } from './owner-client';
import { writeSealed } from './sealed-file';

/** One database at one moment: every read sees that moment, however long it takes. */
export interface TableSnapshot {
  readonly client: Client;
  readonly schemas: readonly string[];
  /** In loading order. */
  readonly tables: readonly StoredTable[];
  close(): Promise<void>;
}

/**
 * Fixes the moment. The tables are locked against being emptied before it: TRUNCATE, with which a rebuild begins,
 * shows through older snapshots as an empty table. Readers and writers go on undisturbed.
 */
export async function openSnapshot(url: string, schemas: readonly string[]): Promise<TableSnapshot> {
  const client = await connectAsOwner(url);
  try {
    const tables = await listTables(client, schemas);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    if (tables.length > 0)
      await client.query(`LOCK TABLE ${tables.map(fullName).join(', ')} IN ACCESS SHARE MODE`);
    // The first query that reads takes the snapshot.
    await client.query('SELECT pg_current_snapshot()');
    return { client, schemas, tables, close: () => client.end() };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** Bytes between two lines about a large table. */
const progressBytes = 256 * 1024 * 1024;

/**
 * Writes a table in PostgreSQL's text format, one line for each row: the same on every version and architecture,
 * and legible without any database.
 */
export async function dumpTable(
  { client }: Pick<TableSnapshot, 'client'>,
  { schema, table, columns }: StoredTable,
  { folder, tell }: { readonly folder: string; readonly tell: (line: string) => void },
): Promise<TableFile> {
  const path = `tables/${schema}/${table}.copy`;
  const selected = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const rows = copyTo(`COPY (SELECT ${selected} FROM ${schema}.${table}) TO STDOUT`);
  let told = 0;
  const seal = await writeSealed(
    join(folder, path),
    () => client.query(rows),
    (bytes) => {
      if (bytes - told < progressBytes) return;
      told = bytes;
      tell(`${schema}.${table}: ${String(Math.round(bytes / 1024 / 1024))} MiB so far.`);
    },
  );
  tell(`${schema}.${table}: ${String(rows.rowCount)} rows, ${String(seal.bytes)} bytes.`);
  return { path, schema, table, columns: [...columns], rows: rows.rowCount, ...seal };
}
