import { type ClientBase, DatabaseError } from 'pg';
import type { Append, NewEvent, StreamWrite } from '../../../../core/ports';
import { keptMetadata } from '../kept-metadata';
import type { AppendResult } from '../submission';

const text = `
  WITH head AS (
    UPDATE journal.heads SET position = position + 1
    WHERE partition = $1::integer
      AND ($3::integer = 1 OR $3 - 1 =
        (SELECT e.version FROM journal.events e WHERE e.stream = $2 ORDER BY e.version DESC LIMIT 1))
      AND NOT EXISTS (SELECT FROM journal.idempotency_keys k WHERE k.key_hash = $4)
    RETURNING position, clock_timestamp() AS now
  ), keyed AS (
    INSERT INTO journal.idempotency_keys (key_hash, request_hash, status, body, recorded_at)
    SELECT $4::bytea, $5::bytea, $6::smallint, $7::text, now FROM head WHERE $4 IS NOT NULL
  ), written AS (
    INSERT INTO journal.events
      (partition, position, tenant, stream, version, type, schema_version, data, metadata, recorded_at)
    SELECT $1, position, $8::text, $2::text, $3, $9::text, $10::smallint, $11::json, $12::json, now FROM head
  )
  SELECT position, floor(extract(epoch FROM now) * 1000)::double precision AS recorded_at_ms,
    pg_notify('journal', $1::text)
  FROM head`;

/**
 * Writes an append of one event without effects that has nobody to share its commit with, in a third less of the server's time than a batch
 * of one takes. Its snapshot may be older than the lock that it waits for: what another process wrote meanwhile is met
 * by the keys of the tables, and nothing is written then. The same holds for a stream that is to be new, and is not. A
 * key that is known is looked for all the same: ordinary retries are no errors in the server's log.
 * @returns null where the append does not fit, or no longer did: `append` finds out why
 */
export async function appendEvent(
  client: ClientBase,
  partition: number,
  append: Append,
  write: StreamWrite,
  event: NewEvent,
): Promise<AppendResult | null> {
  try {
    const { rows } = await client.query<{ position: string; recorded_at_ms: number }>({
      name: 'journal-append-event',
      text,
      values: parameters(partition, append, write, event),
    });
    const [row] = rows;
    if (row === undefined) return null;
    const positionBefore = Number(row.position) - 1;
    return { accepted: [0], insufficient: [], positionBefore, recordedAt: row.recorded_at_ms };
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return null;
    throw error;
  }
}

const uniqueViolation = '23505';

const parameters = (
  partition: number,
  append: Append,
  { stream, expectedVersion }: StreamWrite,
  { type, schemaVersion, data }: NewEvent,
): unknown[] => [
  partition,
  stream,
  expectedVersion + 1,
  append.idempotency?.keyHash ?? null,
  append.idempotency?.requestHash ?? null,
  append.idempotency?.answer.status ?? null,
  append.idempotency?.answer.body ?? null,
  append.tenant,
  type,
  schemaVersion,
  JSON.stringify(data),
  JSON.stringify(keptMetadata(append)),
];
