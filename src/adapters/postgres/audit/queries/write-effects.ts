import type { ClientBase } from 'pg';
import type { DoneEntry } from '../../../../core/audit';
import { textArray } from '../../journal/binary-array';
import { fromEpochMs } from './epoch-ms';

/**
 * One statement, and so one transaction: the checkpoint moves from where the batch begins, and the entries are
 * written if it did. Anyone who comes second waits for the row, finds it moved, and writes nothing.
 */
const text = `
  WITH moved AS (
    INSERT INTO audit.checkpoints AS checkpoint (partition, position)
    SELECT $1::integer, $3::bigint
    WHERE $2::bigint = 0 OR EXISTS (SELECT FROM audit.checkpoints WHERE partition = $1)
    ON CONFLICT (partition) DO UPDATE SET position = EXCLUDED.position
    WHERE checkpoint.position = $2::bigint
    RETURNING partition
  ), written AS (
    INSERT INTO audit.entries
      (id, tenant, actor, action, subject, part, outcome, request_id, correlation_id, occurred_at, event,
        partition, position)
    SELECT e.id, e.tenant, e.actor, e.action, e.subject, e.part, 'done', e.request_id, e.correlation_id,
      ${fromEpochMs('e.occurred_at_ms')}, e.event, moved.partition, e.position::bigint
    FROM moved, unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::text[], $13::text[], $14::text[])
      AS e (id, tenant, actor, action, subject, part, request_id, correlation_id, occurred_at_ms, event, position)
  )
  SELECT FROM moved`;

export interface EffectBatch {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly DoneEntry[];
}

/** @returns whether the checkpoint stood at `from`; otherwise nothing was written. */
export async function writeEffects(client: Pick<ClientBase, 'query'>, batch: EffectBatch): Promise<boolean> {
  const { partition, from, to, entries } = batch;
  const column = (value: (entry: DoneEntry) => string | null) => textArray(entries.map(value));
  const result = await client.query({
    name: 'audit-write-effects',
    text,
    values: [
      partition,
      from,
      to,
      column((entry) => entry.auditId),
      column((entry) => entry.tenant),
      column((entry) => entry.actor),
      column((entry) => entry.action),
      column((entry) => entry.subject),
      column((entry) => entry.part),
      column((entry) => entry.requestId),
      column((entry) => entry.correlationId),
      column((entry) => entry.occurredAt.toString()),
      column((entry) => entry.event),
      column((entry) => entry.position.toString()),
    ],
  });
  return result.rowCount === 1;
}
