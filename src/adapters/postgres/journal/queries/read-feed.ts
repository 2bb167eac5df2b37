import type { Pool } from 'pg';
import type { RecordedEvent } from '../../../../core/ports';
import { type EventRow, eventColumns, toRecordedEvent } from './recorded-event';

const text = `SELECT ${eventColumns} FROM journal.events WHERE partition = $1 AND position > $2 ORDER BY position LIMIT $3`;

/** The next events of a partition after a position. */
export async function readFeed(
  pool: Pool,
  partition: number,
  after: number,
  limit: number,
): Promise<readonly RecordedEvent[]> {
  const result = await pool.query<EventRow>({
    name: 'journal-read-feed',
    text,
    values: [partition, after, limit],
  });
  return result.rows.map(toRecordedEvent);
}
