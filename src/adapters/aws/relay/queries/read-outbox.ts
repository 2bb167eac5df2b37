import type { Pool } from 'pg';

/** What the relay has not handed on yet. */
export interface Outbox {
  readonly eventCount: number;
  /** Age of the oldest of them, by the clock of the database; 0 when there is none. */
  readonly ageMs: number;
}

const text = `
  SELECT head.position - relayed.position AS event_count,
    COALESCE(GREATEST(0, extract(epoch FROM clock_timestamp() - (
      SELECT event.recorded_at FROM journal.events event
      WHERE event.partition = head.partition AND event.position = relayed.position + 1
    )) * 1000), 0)::double precision AS age_ms
  FROM journal.heads head CROSS JOIN relay.checkpoints relayed
  WHERE head.partition = $1 AND relayed.reader = 'relay'`;

export async function readOutbox(pool: Pool, partition: number): Promise<Outbox> {
  const found = await pool.query<{ event_count: string; age_ms: number }>(text, [partition]);
  const row = found.rows[0];
  if (row === undefined) throw new Error(`the journal has no partition ${String(partition)}`);
  return { eventCount: Number(row.event_count), ageMs: row.age_ms };
}
