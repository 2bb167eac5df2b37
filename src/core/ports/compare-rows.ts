import { type Difference, differs, firstDifference, missingRow } from '../kernel';
import type { RecordedEvent } from './journal';
import type { ReadModel, ReadTable, StoredRow } from './read-model';

/** Where a read model is not what the journal says. */
export interface RowFault extends Difference {
  readonly place: { readonly object: string; readonly id: string };
}

/** What a read model holds of one stream, read at one moment. */
export interface StoredRows<Row, Part> {
  readonly main: StoredRow<Row>;
  /** Of each part of the model, in its order. */
  readonly parts: readonly (readonly StoredRow<Part>[])[];
}

/** The reader's checkpoint, on both sides of the moment at which rows were read. */
export interface ReaderPlace {
  /** Before: every event up to it must have taken effect. */
  readonly through: number;
  /** After: no event beyond it can have taken effect, unless somebody set the checkpoint back. */
  readonly reached: number;
}

/**
 * Compares the rows of a stream with the fold of its events, up to the version that they show: the reader may move on
 * while they are compared.
 * @param stored null when there is no row
 * @param events the whole stream, read after `stored`
 */
export function compareRows<Row, Part>(
  model: ReadModel<Row, Part>,
  stream: {
    readonly id: string;
    readonly stored: StoredRows<Row, Part> | null;
    readonly events: readonly RecordedEvent[];
  },
  { through, reached }: ReaderPlace,
): RowFault | null {
  const { id, stored, events } = stream;
  const place = { object: model.table.object, id };
  const leastVersion = events.filter(({ position }) => position <= through).length;
  if (stored === null) return leastVersion === 0 ? null : { place, ...missingRow };
  const version = model.versionOf(stored.main.row);
  if (!(version >= leastVersion && version <= events.length))
    return {
      place,
      field: 'version',
      stored: String(version),
      expected: leastVersion === events.length ? String(leastVersion) : `${String(leastVersion)} or later`,
    };
  const shown = events[version - 1]?.position ?? 0;
  if (shown > reached) return checkpointSetBack(model.name, { shown, reached });
  const expected = events
    .slice(0, version)
    .reduce<Row | null>((row, event) => model.project(row, event), null);
  if (expected === null) return { place, field: 'row', stored: 'a row', expected: 'none, it has no event' };
  for (const [index, part] of model.parts.entries()) {
    const fault = compareParts(part.table, stored.parts[index] ?? [], part.changedIn(null, expected));
    if (fault !== null) return fault;
  }
  return compareRow(model.table, stored.main, expected);
}

/** The reader's checkpoint lies before an event that rows show. */
export const checkpointSetBack = (
  reader: string,
  { shown, reached }: { readonly shown: number; readonly reached: number },
): RowFault => ({
  place: { object: 'checkpoint of', id: reader },
  field: 'position',
  stored: String(reached),
  expected: `${String(shown)}, whose rows are there, or more`,
});

function compareParts<Part>(
  table: ReadTable<Part>,
  stored: readonly StoredRow<Part>[],
  expected: readonly Part[],
): RowFault | null {
  // By the column, which is what finds a row: two rows may claim one id in their state.
  const left = new Map(stored.map((each) => [each.columns[table.key] ?? '', each]));
  for (const row of expected) {
    const id = table.idOf(row);
    const found = left.get(id);
    const fault =
      found === undefined
        ? { place: { object: table.object, id }, ...missingRow }
        : compareRow(table, found, row);
    if (fault !== null) return fault;
    left.delete(id);
  }
  for (const id of left.keys())
    return {
      place: { object: table.object, id },
      field: 'row',
      stored: 'a row',
      expected: `none, its stream implies no such ${table.object}`,
    };
  return null;
}

/** The row itself, and the columns that it is found by. */
function compareRow<Row>(table: ReadTable<Row>, stored: StoredRow<Row>, expected: Row): RowFault | null {
  const difference = firstDifference(stored.row, expected) ?? columnDifference(table, stored, expected);
  return difference === null
    ? null
    : { place: { object: table.object, id: table.idOf(expected) }, ...difference };
}

function columnDifference<Row>(
  table: ReadTable<Row>,
  { columns }: StoredRow<Row>,
  expected: Row,
): Difference | null {
  const values: Record<string, string | null> = {
    [table.key]: table.idOf(expected),
    tenant: table.tenantOf(expected),
    created_at: table.createdAtOf(expected).toString(),
  };
  for (const [name, column] of Object.entries(table.columns))
    values[name] = column.valueOf(expected)?.toString() ?? null;
  for (const [name, value] of Object.entries(values)) {
    const difference = differs(`column ${name}`, shown(columns[name]), shown(value));
    if (difference !== null) return difference;
  }
  if (!table.hasMetadata) return null;
  return firstDifference(
    JSON.parse(columns['metadata'] ?? 'null'),
    table.metadataOf(expected),
    'column metadata',
  );
}

const shown = (value: string | null | undefined): string => value ?? 'null';
