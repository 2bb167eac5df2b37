import { assert } from '../../core/kernel';
import type { ReadModel, ReadTable, Reader, RowQueries } from '../../core/ports';
import { type MemoryReadModel, createMemoryReadModel, createMemoryRowQueries } from './read-model';

/** The read models of several contexts without a database. */
export interface MemoryReadModels {
  readonly readers: readonly Reader[];
  /** @throws InvariantViolation for a read model of no context, or a table that it does not have */
  rowsOf<Row>(model: { readonly name: string }, table: ReadTable<Row>): RowQueries<Row>;
}

export function createMemoryReadModels(models: readonly ReadModel<unknown, unknown>[]): MemoryReadModels {
  const kept = models.map((model) => ({ model, memory: createMemoryReadModel(model) }));
  return {
    readers: kept.map(({ memory }) => memory.reader),
    rowsOf<Row>({ name }: { readonly name: string }, table: ReadTable<Row>) {
      const found = kept.find(({ model }) => model.name === name);
      assert(found !== undefined, `${name} is a read model of a context`);
      const rows = tableIn(found.model, found.memory, table.name);
      assert(rows !== undefined, `${table.name} is a table of ${name}`);
      // The model makes the rows of its own tables.
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
