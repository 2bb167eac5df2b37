import type { Pool } from 'pg';
import { type Json, InvariantViolation, fromRowJson } from '../../../core/kernel';
import type { ReadModel, ReadTable, StoredRow, StoredRows } from '../../../core/ports';
import { inTransaction } from '../pool';

interface StoredRecord {
  readonly id: string;
  readonly owner: string;
  readonly state: Json;
  readonly columns: Readonly<Record<string, string | null>>;
}

/** The rows of these streams as of one moment, for the verification; a stream without a row is absent. */
export function createStoredRows<Row, Part>(pool: Pool, model: ReadModel<Row, Part>) {
  const { name, table, parts } = model;
  const mainText = selectText(name, table, table.key);
  const partTexts = parts.map((part) => selectText(name, part.table, part.owner));
  return (ids: readonly string[]): Promise<ReadonlyMap<string, StoredRows<Row, Part>>> =>
    inTransaction(pool, async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const main = await client.query<StoredRecord>(mainText, [ids]);
      const stored = new Map<string, { main: StoredRow<Row>; parts: StoredRow<Part>[][] }>();
      for (const record of main.rows)
        stored.set(record.id, { main: readable<Row>(record), parts: parts.map(() => []) });
      for (const [index, text] of partTexts.entries())
        for (const record of (await client.query<StoredRecord>(text, [ids])).rows)
          stored.get(record.owner)?.parts[index]?.push(readable<Part>(record));
      return stored;
    });
}

/** The columns as text: what is compared is what lies there. */
function selectText<Row>(schema: string, table: ReadTable<Row>, owner: string): string {
  const columns = [table.key, 'tenant', ...Object.keys(table.columns)].map(
    (name) => `'${name}', t.${name}::text`,
  );
  return `SELECT t.${table.key} AS id, t.${owner} AS owner, t.state, jsonb_build_object(${columns.join(', ')},
      'created_at', floor(extract(epoch FROM t.created_at) * 1000)::bigint::text,
      'metadata', ${table.hasMetadata ? 't.metadata::text' : "'{}'"}) AS columns
    FROM ${schema}.${table.name} t WHERE t.${owner} = ANY ($1::text[]) ORDER BY 2, 1`;
}

/** A row that cannot be read at all still has to be found by its id. */
function readable<Row>({ id, state, columns }: StoredRecord): StoredRow<Row> {
  try {
    return { row: fromRowJson(state) as Row, columns };
  } catch (error) {
    throw new InvariantViolation(
      `the row of ${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
