import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BackupDamaged } from './backup-damaged';
import { fullName } from './list-tables';
import type { TableFile } from './manifest';

/** Fills existing tables that hold only the rows of their migrations; all of them or none. */
export async function loadTables(
  client: Client,
  tables: readonly TableFile[],
  { folder, tell }: { readonly folder: string; readonly tell: (line: string) => void },
): Promise<void> {
  if (tables.length === 0) return;
  const names = tables.map(fullName).join(', ');
  await client.query('BEGIN');
  try {
    await client.query(`TRUNCATE ${names}`);
    for (const table of tables) {
      const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ');
      const sink = client.query(copyFrom(`COPY ${fullName(table)} (${columns}) FROM STDIN`));
      await pipeline(createReadStream(join(folder, table.path)), sink);
      if (sink.rowCount !== table.rows)
        throw new BackupDamaged(
          `${table.path} gave ${String(sink.rowCount)} rows; the manifest says ${String(table.rows)}.`,
        );
      tell(`${fullName(table)}: ${String(table.rows)} rows.`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
  // Plans for an empty table would be believed until the server finds the time to look again.
  await client.query(`ANALYZE ${names}`);
}
