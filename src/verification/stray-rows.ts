import type { Pool } from 'pg';
import { findStreams } from '../adapters/postgres/journal/queries/find-streams';
import {
  type IndexPlace,
  type SweptTable,
  beforeTheIndex,
  findUnindexed,
  indexEntriesAfter,
  ownedRowsAfter,
  rowsAfter,
} from '../adapters/postgres/read-model/sweep-queries';
import type { Difference } from '../core/kernel';
import { type ReadModel, type ReadTable, type Reader, type RowFault, checkpointSetBack } from '../core/ports';

/**
 * Rows that nothing in the journal speaks of can be anywhere: a verification that begins from the start walks through
 * the read model once, table by table, on from where it was stopped. `metadata` is the index, `none` the end.
 */
export type Sweep =
  | { readonly table: 'metadata'; readonly after: IndexPlace }
  | { readonly table: 'none' }
  /** A table of the model by its number: 0 the streams' own rows, then the parts in their order. */
  | { readonly table: number; readonly after: string };

export const firstSweep: Sweep = { table: 0, after: '' };

type Step =
  { readonly kind: 'swept'; readonly next: Sweep } | { readonly kind: 'stray'; readonly fault: RowFault };

/** Where the rows are, and how far their reader has come. */
interface Pools extends Pick<Reader, 'checkpoint'> {
  readonly journal: Pool;
  readonly rows: Pool;
}

/** Looks at one page of rows. */
export async function sweepPage<Row, Part>(
  model: ReadModel<Row, Part>,
  pools: Pools,
  sweep: Sweep,
  limit: number,
): Promise<Step> {
  switch (sweep.table) {
    case 'metadata':
      return sweepIndex(model, pools, sweep.after, limit);
    case 'none':
      return { kind: 'swept', next: sweep };
    case 0:
      return sweepStreams(model, pools, sweep.after, limit);
    default:
      return sweepPart(model, pools, sweep, limit);
  }
}

const sweptTable = <Row>(schema: string, { name, key, object }: ReadTable<Row>): SweptTable => ({
  schema,
  name,
  key,
  object,
});

const stray = (object: string, id: string, difference: Difference): Step => ({
  kind: 'stray',
  fault: { place: { object, id }, ...difference },
});

async function sweepStreams<Row, Part>(
  model: ReadModel<Row, Part>,
  pools: Pools,
  after: string,
  limit: number,
): Promise<Step> {
  const { name, table, prefix, rowPerEvent } = model;
  const swept = sweptTable(name, table);
  const rows = await rowsAfter(pools.rows, swept, rowPerEvent?.streamColumn ?? table.key, after, limit);
  const ids = rows.map(({ id }) => id);
  const reached = await pools.checkpoint();
  const known = await findStreams(pools.journal, [
    ...new Set(rows.map(({ subject }) => `${prefix}${subject}`)),
  ]);
  const extra = rows.find(({ subject }) => !known.has(`${prefix}${subject}`))?.id;
  if (extra !== undefined)
    return stray(table.object, extra, {
      field: 'row',
      stored: 'a row',
      expected: `none, the journal has no such ${table.object}`,
    });
  // Streams that begin beyond the checkpoint are none of those that were compared.
  const shown = Math.max(0, ...known.values());
  if (shown > reached) return { kind: 'stray', fault: checkpointSetBack(name, { shown, reached }) };
  return unindexedOrNext(model, pools, { table, number: 0, ids });
}

async function sweepPart<Row, Part>(
  model: ReadModel<Row, Part>,
  pools: Pools,
  { table: number, after }: { readonly table: number; readonly after: string },
  limit: number,
): Promise<Step> {
  const { name, table: main } = model;
  const part = model.parts[number - 1];
  if (part === undefined) return { kind: 'swept', next: afterTheTables(model) };
  const owner = { column: part.owner, table: sweptTable(name, main) };
  const page = await ownedRowsAfter(pools.rows, sweptTable(name, part.table), owner, after, limit);
  const orphan = page.find(({ isOwned }) => !isOwned);
  if (orphan !== undefined)
    return stray(part.table.object, orphan.id, {
      field: 'row',
      stored: 'a row',
      expected: `none, its ${main.object} ${orphan.owner} is missing`,
    });
  return unindexedOrNext(model, pools, { table: part.table, number, ids: page.map(({ id }) => id) });
}

/** What finds a row by its metadata is compared with the row itself, which was compared with the journal. */
async function unindexedOrNext<Row, Part, Any>(
  model: ReadModel<Row, Part>,
  pools: Pools,
  page: { readonly table: ReadTable<Any>; readonly number: number; readonly ids: readonly string[] },
): Promise<Step> {
  const { table, number, ids } = page;
  const last = ids.at(-1);
  if (last === undefined) {
    const isLast = number === model.parts.length;
    return { kind: 'swept', next: isLast ? afterTheTables(model) : { table: number + 1, after: '' } };
  }
  const found = table.hasMetadata
    ? await findUnindexed(pools.rows, sweptTable(model.name, table), ids)
    : null;
  if (found === null) return { kind: 'swept', next: { table: number, after: last } };
  return stray(table.object, found.id, {
    field: 'metadata index',
    stored: `no row for ${found.key}`,
    expected: `${found.key} = ${found.value}`,
  });
}

const indexedTables = <Row, Part>({ name, table, parts }: ReadModel<Row, Part>): readonly SweptTable[] => [
  ...(table.hasMetadata ? [sweptTable(name, table)] : []),
  ...parts.flatMap((part) => (part.table.hasMetadata ? [sweptTable(name, part.table)] : [])),
];

const afterTheTables = <Row, Part>(model: ReadModel<Row, Part>): Sweep =>
  indexedTables(model).length === 0 ? { table: 'none' } : { table: 'metadata', after: beforeTheIndex };

async function sweepIndex<Row, Part>(
  model: ReadModel<Row, Part>,
  pools: Pools,
  after: IndexPlace,
  limit: number,
): Promise<Step> {
  const page = await indexEntriesAfter(pools.rows, indexedTables(model), after, limit);
  const extra = page.find(({ isOwed }) => !isOwed);
  if (extra !== undefined)
    return stray(extra.object, extra.id, {
      field: 'metadata index',
      stored: `${extra.key} = ${extra.value}`,
      expected: 'no such row',
    });
  const last = page.at(-1);
  return {
    kind: 'swept',
    next: last === undefined ? { table: 'none' } : { table: 'metadata', after: last.place },
  };
}
