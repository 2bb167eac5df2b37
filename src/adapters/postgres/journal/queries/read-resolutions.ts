import type { Pool } from 'pg';
import { type DeadLetterResolved, deadLetterCodec, deadLetterStream } from '../../../../core/jobs';
import { type EventRow, eventColumns, toRecordedEvent } from './recorded-event';

/** The ends of the range in which the streams of dead letters lie: their ids are UUIDs, of one length and alphabet. */
const lowest = deadLetterStream('00000000-0000-0000-0000-000000000000');
const highest = deadLetterStream('ffffffff-ffff-ffff-ffff-ffffffffffff');

const text = `
  SELECT ${eventColumns} FROM journal.events
  WHERE stream >= $1 AND stream <= $2
  ORDER BY position DESC
  LIMIT $3`;

/** Resolutions of dead letters, the newest first. */
export async function readResolutions(pool: Pool, limit: number): Promise<readonly DeadLetterResolved[]> {
  const { rows } = await pool.query<EventRow>({ text, values: [lowest, highest, limit] });
  return rows.flatMap((row) => deadLetterCodec.decode(toRecordedEvent(row)) ?? []);
}
