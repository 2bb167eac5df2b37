import { assert } from '../../core/kernel';
import type { ReadModel, ReadTable, Reader, RowQueries } from '../../core/ports';
import { type MemoryReadModel, createMemoryReadModel, createMemoryRowQueries } from './read-model';

/** The read models of several contexts without a database. */
export interface MemoryReadModels {
  readonly readers: readonly Reader[];
  /** @throws InvariantViolation for a read model that is none of these */
  of<Row, Part>(model: ReadModel<Row, Part>): MemoryReadModel<Row, Part>;
  /** @throws InvariantViolation also for a table that the read model does not have */
  rowsOf<Row>(model: { readonly name: string }, table: ReadTable<Row>): RowQueries<Row>;
}

export function createMemoryReadModels(models: readonly ReadModel<unknown, unknown>[]): MemoryReadModels {
  const kept = models.map((model) => ({ model, memory: createMemoryReadModel(model) }));
  const find = (name: string) => {
    const found = kept.find(({ model }) => model.name === name);
    assert(found !== undefined, `${name} is a read model of a context`);
    return found;
  };
  return {
    readers: kept.map(({ memory }) => memory.reader),
    // The model itself made these rows, so they have its types.
    of: <Row, Part>({ name }: ReadModel<Row, Part>) => find(name).memory as MemoryReadModel<Row, Part>,
    rowsOf<Row>({ name }: { readonly name: string }, table: ReadTable<Row>) {
      const { model, memory } = find(name);
      const rows = tableIn(model, memory, table.name);
      assert(rows !== undefined, `${table.name} is a table of ${name}`);
      return createMemoryRowQueries(rows as ReadonlyMap<string, Row>, table);
    },
  };
}

function tableIn(
  model: ReadModel<unknown, unknown>,
  { rows, parts }: MemoryReadModel<unknown, unknown>,
  name: string,
): ReadonlyMap<string, unknown> | undefined {
  return model.table.name === name ? rows : parts[model.parts.findIndex(({ table }) => table.name === name)];
}
