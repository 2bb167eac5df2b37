import { refuse } from '../kernel';
import type { RecordedEvent } from './journal';
import type { ReadModel } from './read-model';

/** The id of the row of a stream; null for a stream of another kind. */
export const rowIdOf = (model: { readonly prefix: string }, stream: string): string | null =>
  stream.startsWith(model.prefix) ? stream.slice(model.prefix.length) : null;

/** The rows that a batch builds on: those that it touches and does not itself begin. */
export function rowsToLoad(
  model: { readonly prefix: string },
  events: readonly RecordedEvent[],
): readonly string[] {
  const begun = new Set<string>();
  const needed = new Set<string>();
  for (const { stream, version } of events) {
    const id = rowIdOf(model, stream);
    if (id === null) continue;
    if (version === 1) begun.add(id);
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
    const id = rowIdOf(model, recorded.stream);
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
