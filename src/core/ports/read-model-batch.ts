import { refuse } from '../kernel';
import type { RecordedEvent } from './journal';
import type { ReadModel } from './read-model';

type RowsOf = Pick<ReadModel<never>, 'prefix' | 'rowPerEvent'>;

/** The id of the row that an event is about; null for an event of another model. */
export function rowIdOf({ prefix, rowPerEvent }: RowsOf, recorded: RecordedEvent): string | null {
  if (rowPerEvent !== undefined) return rowPerEvent.idOf(recorded);
  return recorded.stream.startsWith(prefix) ? recorded.stream.slice(prefix.length) : null;
}

/** The id of the row that begins with the event; null when none does. */
export const rowBegunBy = (model: RowsOf, recorded: RecordedEvent): string | null =>
  model.rowPerEvent !== undefined || recorded.version === 1 ? rowIdOf(model, recorded) : null;

/** The rows that a batch builds on: those that it touches and does not itself begin. */
export function rowsToLoad(model: RowsOf, events: readonly RecordedEvent[]): readonly string[] {
  if (model.rowPerEvent !== undefined) return [];
  const begun = new Set<string>();
  const needed = new Set<string>();
  for (const recorded of events) {
    const id = rowIdOf(model, recorded);
    if (id === null) continue;
    if (recorded.version === 1) begun.add(id);
    else if (!begun.has(id)) needed.add(id);
  }
  return [...needed];
}

/**
 * Folds the events of a batch into the rows that they touch, each once.
 * @param loaded the rows of {@link rowsToLoad} as they stand before the batch
 */
export function reduceBatch<Row, Part>(
  model: ReadModel<Row, Part>,
  events: readonly RecordedEvent[],
  loaded: ReadonlyMap<string, Row>,
): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const recorded of events) {
    const id = rowIdOf(model, recorded);
    if (id !== null) rows.set(id, model.project(rows.get(id) ?? loaded.get(id) ?? null, recorded));
  }
  return rows;
}

export const refuseCursor = (cursor: { readonly kind: string; readonly id: string }) =>
  refuse(
    'cursor_not_found',
    `${cursor.kind} names ${cursor.id}, which this list does not have.`,
    `/${cursor.kind}`,
  );
