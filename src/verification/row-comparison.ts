import type { Pool } from 'pg';
import { readStreams } from '../adapters/postgres/journal/queries/read-streams';
import { createStoredRows } from '../adapters/postgres/read-model/stored-rows';
import {
  type ReadModel,
  type Reader,
  type RecordedEvent,
  type RowFault,
  type StoredRows,
  compareRows,
  rowBegunBy,
  rowIdOf,
} from '../core/ports';

/** Streams in memory whose row tells of events that have not come yet; most are complete within moments. */
const mostOpen = 5_000;

interface OpenStream<Row, Part> {
  readonly stored: StoredRows<Row, Part> | null;
  /** The reader's checkpoint just after. */
  readonly reached: number;
  readonly events: RecordedEvent[];
}

/** Takes the journal's events in order, and compares each row with the fold once the events that it shows have come. */
export interface RowComparison {
  take(events: readonly RecordedEvent[]): Promise<RowFault | null>;
  /** Compares what is still open. */
  end(): Promise<RowFault | null>;
}

/**
 * The row of a stream is read when its first event comes, and its events are kept until the row's version is reached.
 * An event of any other stream (one that was compared already, begun before the first page, or open for long) has the
 * whole stream read and compared.
 * @param reader.through its checkpoint before any row is read: every event up to it must have taken effect
 */
export function createRowComparison<Row, Part>(
  model: ReadModel<Row, Part>,
  pools: { readonly journal: Pool; readonly rows: Pool },
  reader: { readonly through: number } & Pick<Reader, 'checkpoint'>,
): RowComparison {
  const open = new Map<string, OpenStream<Row, Part>>();
  const { through } = reader;
  const readRows = createStoredRows(pools.rows, model);
  const readStored = async (ids: readonly string[]) => {
    const rows = await readRows(ids);
    return { rows, reached: await reader.checkpoint() };
  };
  const compare = (id: string, { stored, reached, events }: OpenStream<Row, Part>) =>
    compareRows(model, { id, stored, events }, { through, reached });

  /** Reads the rows before the journal, so that every event that a row shows is in the journal. */
  async function compareWhole(ids: readonly string[]): Promise<RowFault | null> {
    if (ids.length === 0) return null;
    const { rows, reached } = await readStored(ids);
    const streams = new Map<string, RecordedEvent[]>(ids.map((id) => [`${model.prefix}${id}`, []]));
    for (const event of await readStreams(pools.journal, [...streams.keys()]))
      streams.get(event.stream)?.push(event);
    for (const id of ids) {
      const events = streams.get(`${model.prefix}${id}`) ?? [];
      const fault = compare(id, { stored: rows.get(id) ?? null, reached, events });
      if (fault !== null) return fault;
    }
    return null;
  }

  function compareComplete(): RowFault | null {
    for (const [id, stream] of open) {
      const { stored, events } = stream;
      if (stored !== null && events.length < model.versionOf(stored.main.row)) continue;
      open.delete(id);
      const fault = compare(id, stream);
      if (fault !== null) return fault;
    }
    return null;
  }

  /** Those that have been open longest. */
  function overdue(): readonly string[] {
    const ids = [...open.keys()].slice(0, Math.max(0, open.size - mostOpen));
    for (const id of ids) open.delete(id);
    return ids;
  }

  return {
    async take(events) {
      const begun = events.flatMap((event) => rowBegunBy(model, event) ?? []);
      if (begun.length > 0) {
        const { rows, reached } = await readStored(begun);
        for (const id of begun) open.set(id, { stored: rows.get(id) ?? null, reached, events: [] });
      }
      const others = new Set<string>();
      for (const event of events) {
        const id = rowIdOf(model, event);
        if (id === null) continue;
        const known = open.get(id);
        if (known === undefined) others.add(id);
        else known.events.push(event);
      }
      return compareComplete() ?? compareWhole([...others, ...overdue()]);
    },
    async end() {
      const left = [...open.keys()];
      open.clear();
      for (let from = 0; from < left.length; from += 500) {
        const fault = await compareWhole(left.slice(from, from + 500));
        if (fault !== null) return fault;
      }
      return null;
    },
  };
}
