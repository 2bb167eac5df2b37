import type { Pool } from 'pg';
import type { RecordedEvent } from '../../../../core/ports';
import { type EventRow, eventColumns, toRecordedEvent } from './recorded-event';

const text = `SELECT ${eventColumns} FROM journal.events WHERE stream = ANY ($1) ORDER BY stream, version`;

/** The events of several streams, each stream's in version order. */
export async function readStreams(pool: Pool, streams: readonly string[]): Promise<readonly RecordedEvent[]> {
  const result = await pool.query<EventRow>({ name: 'journal-read-streams', text, values: [streams] });
  return result.rows.map(toRecordedEvent);
}
