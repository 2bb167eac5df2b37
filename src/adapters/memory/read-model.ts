import { type PageRequest, accept, assert, isWithin, pageOf, walkLimit } from '../../core/kernel';
import {
  type PageResult,
  type ReadModel,
  type ReadTable,
  type RebuildableReader,
  type RecordedEvent,
  type RowFilter,
  type RowQueries,
  assertContinues,
  reduceBatch,
  refuseCursor,
} from '../../core/ports';

export interface MemoryReadModel<Row, Part> {
  readonly reader: RebuildableReader;
  /** The rows themselves, by id, for simulations that look at them or break them. */
  readonly rows: Map<string, Row>;
  /** The rows that those imply, by id, in the order of the model's parts. */
  readonly parts: readonly Map<string, Part>[];
}

const partition = 1;

/** A read model without a database, kept for the life of the process. */
export function createMemoryReadModel<Row, Part>(model: ReadModel<Row, Part>): MemoryReadModel<Row, Part> {
  const rows = new Map<string, Row>();
  const parts = model.parts.map((part) => ({ part, rows: new Map<string, Part>() }));
  let position = 0;

  /** Runs to its end without yielding, as one database transaction would. */
  function apply(from: number, events: readonly RecordedEvent[]): 'applied' | 'moved' {
    const last = events.at(-1);
    assert(last !== undefined, 'a batch has at least one event');
    assertContinues({ partition, from, events });
    if (position !== from) return 'moved';
    for (const [id, row] of reduceBatch(model, events, rows)) {
      for (const { part, rows: ofPart } of parts)
        for (const each of part.changedIn(rows.get(id) ?? null, row)) ofPart.set(part.table.idOf(each), each);
      rows.set(id, row);
    }
    position = last.position;
    return 'applied';
  }

  return {
    rows,
    parts: parts.map((part) => part.rows),
    reader: {
      name: model.name,
      checkpoint: () => Promise.resolve(position),
      apply: (from, events) => Promise.resolve().then(() => apply(from, events)),
      reset() {
        rows.clear();
        for (const part of parts) part.rows.clear();
        position = 0;
        return Promise.resolve();
      },
    },
  };
}

/** Lists and finds rows by the columns of their table, as the statements of a database would. */
export function createMemoryRowQueries<Row>(
  rows: ReadonlyMap<string, Row>,
  table: ReadTable<Row>,
): RowQueries<Row> {
  return {
    list(tenant, filter, page) {
      const own = [...rows.values()].filter((row) => table.tenantOf(row) === tenant);
      return Promise.resolve(walk(own, table, page, (row) => passes(table, filter, row)));
    },
    find(tenant, ids) {
      const found = ids.flatMap((id) => rows.get(id) ?? []);
      return Promise.resolve(found.filter((row) => table.tenantOf(row) === tenant));
    },
  };
}

function passes<Row>(table: ReadTable<Row>, filter: RowFilter, row: Row): boolean {
  const valueOf = (column: string) => table.columns[column]?.valueOf(row) ?? null;
  const { equal = {}, oneOf, within = {}, createdAt, metadata = {} } = filter;
  return (
    Object.entries(equal).every(([column, value]) => valueOf(column) === value) &&
    (oneOf === undefined || oneOf.values.some((value) => valueOf(oneOf.column) === value)) &&
    Object.entries(within).every(([column, range]) => {
      const value = valueOf(column);
      return typeof value === 'bigint' && isWithin(range, value);
    }) &&
    isWithin(createdAt, table.createdAtOf(row)) &&
    Object.entries(metadata).every(([key, value]) => {
      const stored = table.metadataOf(row);
      return Object.hasOwn(stored, key) && stored[key] === value;
    })
  );
}

/** Walks a tenant's rows away from the cursor, as the keyset of a database would. */
function walk<Row>(
  own: readonly Row[],
  table: ReadTable<Row>,
  page: PageRequest<string>,
  matches: (row: Row) => boolean,
): PageResult<Row> {
  const limit = walkLimit(page);
  const { cursor } = page;
  const sorted = own.toSorted((left, right) => newestFirst(table, left, right));
  if (cursor?.kind === 'ending_before') sorted.reverse();
  const at = cursor === undefined ? -1 : sorted.findIndex((row) => table.idOf(row) === cursor.id);
  if (cursor !== undefined && at === -1) return refuseCursor(cursor);
  const beyond = sorted.slice(at + 1).filter(matches);
  return accept(pageOf(page, beyond.slice(0, limit)));
}

function newestFirst<Row>(table: ReadTable<Row>, left: Row, right: Row): number {
  const later = table.createdAtOf(right) - table.createdAtOf(left);
  if (later !== 0) return later;
  return table.idOf(left) < table.idOf(right) ? 1 : -1;
}
