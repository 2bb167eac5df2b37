import type { ClientBase, Pool } from 'pg';
import { assert, fromRowJson, type Json } from '../../../core/kernel';
import {
  type ReadModel,
  type RebuildableReader,
  assertContinues,
  reduceBatch,
  rowsToLoad,
} from '../../../core/ports';
import { textArray } from '../journal/binary-array';
import { inTransaction } from '../pool';
import { type ReaderOptions, ownTransaction } from '../transact';
import { type Checkpoints, createCheckpoints } from './checkpoints';
import { planByIndex } from './plan-by-index';
import { createRowWriter } from './write-rows';

/**
 * Keeps the rows of a read model. A batch is one transaction of a few statements, however many events it has; the
 * checkpoint's row lock lets one batch in at a time.
 */
export function createReadModelReader<Row, Part>(
  pool: Pool,
  model: ReadModel<Row, Part>,
  options: ReaderOptions = {},
): RebuildableReader {
  const { partition = 1, transact = ownTransaction(pool) } = options;
  const checkpoints = createCheckpoints(model.name);
  const writer = createRowWriter(model.name, model.table);
  const parts = model.parts.map((part) => ({ part, writer: createRowWriter(model.name, part.table) }));
  const load = createRowLoader(model);
  return {
    name: model.name,
    checkpoint: () => checkpoints.read(pool, partition),
    async apply(from, events) {
      const last = events.at(-1);
      assert(last !== undefined, 'a batch has at least one event');
      assertContinues({ partition, from, events });
      return transact(model.name, async (client) => {
        if (!(await checkpoints.move(client, { partition, from, to: last.position }))) return 'moved';
        await planByIndex(client);
        const loaded = await load(client, rowsToLoad(model, events));
        const rows = [...reduceBatch(model, events, loaded)];
        await writer.insert(
          client,
          rows.flatMap(([id, row]) => (loaded.has(id) ? [] : [row])),
        );
        await writer.update(
          client,
          rows.flatMap(([id, row]) => (loaded.has(id) ? [row] : [])),
        );
        for (const { part, writer: ofPart } of parts)
          await ofPart.upsert(
            client,
            rows.flatMap(([id, row]) => part.changedIn(loaded.get(id) ?? null, row)),
          );
        return 'applied';
      });
    },
    reset: () => reset(pool, model, checkpoints),
  };
}

function createRowLoader<Row, Part>({ name, table }: ReadModel<Row, Part>) {
  const query = {
    name: `${name}-load-${table.name}`,
    text: `SELECT state FROM ${name}.${table.name} WHERE ${table.key} = ANY ($1::text[])`,
  };
  return async (client: ClientBase, ids: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    if (ids.length === 0) return new Map();
    const found = await client.query<{ state: Json }>({ ...query, values: [textArray(ids)] });
    const rows = found.rows.map(({ state }) => fromRowJson(state) as Row);
    return new Map(rows.map((row) => [table.idOf(row), row]));
  };
}

/** Removes all rows in one statement; waits for the queries that are reading. */
async function reset<Row, Part>(
  pool: Pool,
  { name, table, parts }: ReadModel<Row, Part>,
  checkpoints: Checkpoints,
): Promise<void> {
  const tables = [table, ...parts.map((part) => part.table)];
  const names = [
    ...tables.map((each) => `${name}.${each.name}`),
    ...(tables.some(({ hasMetadata }) => hasMetadata) ? [`${name}.metadata`] : []),
  ];
  await inTransaction(pool, async (client) => {
    await checkpoints.rewind(client);
    await client.query(`TRUNCATE ${names.join(', ')}`);
  });
}
