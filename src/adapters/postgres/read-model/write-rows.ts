import type { ClientBase } from 'pg';
import { assert, toRowJson } from '../../../core/kernel';
import type { ReadTable } from '../../../core/ports';
import { textArray } from '../journal/binary-array';

/** A column as a statement writes it: every value is sent as text and cast. */
interface WrittenColumn<Row> {
  readonly name: string;
  readonly cast: string;
  readonly isFixed: boolean;
  readonly valueOf: (row: Row) => string | null;
}

function columnsOf<Row>(table: ReadTable<Row>): readonly WrittenColumn<Row>[] {
  const fixed = (name: string, cast: string, valueOf: (row: Row) => string) =>
    ({ name, cast, isFixed: true, valueOf }) as const;
  return [
    fixed(table.key, 'text', (row) => table.idOf(row)),
    fixed('tenant', 'text', (row) => table.tenantOf(row)),
    fixed('created_at', 'timestamptz', (row) => new Date(table.createdAtOf(row)).toISOString()),
    ...(table.hasMetadata
      ? [fixed('metadata', 'jsonb', (row) => JSON.stringify(table.metadataOf(row)))]
      : []),
    ...Object.entries(table.columns).map(([name, column]) => ({
      name,
      cast: column.type,
      isFixed: column.isFixed,
      valueOf: (row: Row) => column.valueOf(row)?.toString() ?? null,
    })),
    {
      name: 'state',
      cast: 'jsonb',
      isFixed: false,
      valueOf: (row) => JSON.stringify(toRowJson(row)),
    },
  ];
}

/** The statements that write a table's rows. */
export interface RowWriter<Row> {
  /** Rows that may be there already. */
  upsert(client: ClientBase, rows: readonly Row[]): Promise<void>;
  insert(client: ClientBase, rows: readonly Row[]): Promise<void>;
  /** Only what can change is sent. Every row must be there. */
  update(client: ClientBase, rows: readonly Row[]): Promise<void>;
}

/** Each statement writes a whole batch, and the metadata index with it. */
export function createRowWriter<Row>(schema: string, table: ReadTable<Row>): RowWriter<Row> {
  const columns = columnsOf(table);
  const changing = columns.filter(({ name, isFixed }) => !isFixed || name === table.key);
  const place = `${schema}.${table.name}`;
  const write = (verb: string, text: string, written: readonly WrittenColumn<Row>[]) => {
    const name = `${schema}-${verb}-${table.name}`;
    return async (client: ClientBase, rows: readonly Row[]) => {
      if (rows.length === 0) return 0;
      const values = written.map(({ valueOf }) => textArray(rows.map(valueOf)));
      return (await client.query({ name, text, values })).rowCount ?? 0;
    };
  };
  const insert = write('insert', insertText(schema, table, columns, ''), columns);
  const onConflict = `ON CONFLICT (${table.key}) DO UPDATE SET ${changing
    .filter(({ name }) => name !== table.key)
    .map(({ name }) => `${name} = EXCLUDED.${name}`)
    .join(', ')}`;
  const upsert = write('upsert', insertText(schema, table, columns, onConflict), columns);
  const update = write('update', updateText(place, table.key, changing), changing);
  return {
    async insert(client, rows) {
      await insert(client, rows);
    },
    async upsert(client, rows) {
      await upsert(client, rows);
    },
    async update(client, rows) {
      const updated = await update(client, rows);
      assert(updated === rows.length, `every row of ${place} that was loaded is still there`);
    },
  };
}

/** The arrays of a statement as rows: `unnest($1::text[], …) AS given (charge_id, …)`. */
const given = (columns: readonly { readonly name: string }[]): string =>
  `unnest(${columns.map((_, index) => `$${String(index + 1)}::text[]`).join(', ')})
    AS given (${columns.map(({ name }) => `"${name}"`).join(', ')})`;

const cast = ({ name, cast: type }: { readonly name: string; readonly cast: string }): string =>
  type === 'text' ? `given."${name}"` : `given."${name}"::${type}`;

function insertText<Row>(
  schema: string,
  table: ReadTable<Row>,
  columns: readonly WrittenColumn<Row>[],
  onConflict: string,
): string {
  const insert = `INSERT INTO ${schema}.${table.name} (${columns.map(({ name }) => `"${name}"`).join(', ')})
  SELECT ${columns.map(cast).join(', ')} FROM ${given(columns)} ${onConflict}`;
  if (!table.hasMetadata) return insert;
  return `WITH written AS (${insert} RETURNING tenant, ${table.key} AS id, created_at, metadata)
  INSERT INTO ${schema}.metadata (tenant, object, key, value, created_at, id)
  SELECT tenant, '${table.object}', pair.key, left(pair.value, 100), created_at, id
  FROM written CROSS JOIN LATERAL jsonb_each_text(metadata) AS pair ON CONFLICT DO NOTHING`;
}

const updateText = <Row>(place: string, key: string, columns: readonly WrittenColumn<Row>[]): string =>
  `UPDATE ${place} AS stored SET ${columns
    .filter(({ name }) => name !== key)
    .map((column) => `"${column.name}" = ${cast(column)}`)
    .join(', ')}
  FROM ${given(columns)} WHERE stored.${key} = given.${key}`;
