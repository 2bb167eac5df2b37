import type { ClientBase } from 'pg';
import type { Append } from '../../../../core/ports';
import { byteaArray, int4Array, textArray } from '../binary-array';

const text =
  'SELECT accepted, position_before, recorded_at_ms FROM journal.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)';

export interface AppendResult {
  /** Indexes (from 0) of the appends that were written, in order. */
  readonly accepted: readonly number[];
  readonly positionBefore: number;
  readonly recordedAt: number;
}

/** Writes a batch in one round trip. Streams and keys must be distinct within the batch. */
export async function append(
  client: ClientBase,
  partition: number,
  batch: readonly Append[],
): Promise<AppendResult> {
  const result = await client.query<{ accepted: number[]; position_before: string; recorded_at_ms: number }>({
    name: 'journal-append',
    text,
    values: parameters(partition, batch),
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error('journal.append returned no row');
  return {
    accepted: row.accepted.map((index) => index - 1),
    positionBefore: Number(row.position_before),
    recordedAt: row.recorded_at_ms,
  };
}

function parameters(partition: number, batch: readonly Append[]): unknown[] {
  const appendOf: number[] = [];
  const tenants: string[] = [];
  const streams: string[] = [];
  const versions: number[] = [];
  const types: string[] = [];
  const schemas: number[] = [];
  const data: string[] = [];
  const metadata: string[] = [];
  batch.forEach((append, index) => {
    const metadataText = JSON.stringify(append.metadata);
    append.events.forEach((event, offset) => {
      appendOf.push(index + 1);
      tenants.push(append.tenant);
      streams.push(append.stream);
      versions.push(append.expectedVersion + offset + 1);
      types.push(event.type);
      schemas.push(event.schemaVersion);
      data.push(JSON.stringify(event.data));
      metadata.push(metadataText);
    });
  });
  return [
    partition,
    textArray(batch.map((append) => append.stream)),
    int4Array(batch.map((append) => append.expectedVersion)),
    byteaArray(batch.map((append) => append.idempotency?.keyHash ?? null)),
    byteaArray(batch.map((append) => append.idempotency?.requestHash ?? null)),
    int4Array(batch.map((append) => append.idempotency?.answer.status ?? 0)),
    textArray(batch.map((append) => append.idempotency?.answer.body ?? null)),
    int4Array(appendOf),
    textArray(tenants),
    textArray(streams),
    int4Array(versions),
    textArray(types),
    int4Array(schemas),
    textArray(data),
    textArray(metadata),
  ];
}
