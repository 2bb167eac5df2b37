import type { ClientBase } from 'pg';
import { byteaArray, int4Array, textArray } from '../binary-array';
import { keptMetadata } from '../kept-metadata';
import type { AppendResult, Submission } from '../submission';

const text =
  'SELECT accepted, position_before, recorded_at_ms FROM journal.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)';

/**
 * Writes a batch in one round trip. Each append writes to one stream and has no effects; streams and keys are distinct
 * within the batch.
 */
export async function append(
  client: ClientBase,
  partition: number,
  batch: readonly Submission[],
): Promise<AppendResult> {
  const writes = batch.flatMap(({ append: { writes } }) => writes);
  const answers = answerParameters(batch);
  const result = await client.query<AppendRow>({
    name: 'journal-append',
    text,
    values: [
      partition,
      textArray(writes.map(({ stream }) => stream)),
      int4Array(writes.map(({ expectedVersion }) => expectedVersion)),
      ...answers,
      ...eventParameters(batch),
    ],
  });
  const [row] = result.rows;
  if (row === undefined) throw new Error('journal.append returned no row');
  return { ...acceptedOf(row), insufficient: [] };
}

export interface AppendRow {
  readonly accepted: number[];
  readonly position_before: string;
  readonly recorded_at_ms: number;
}

/** The database counts from 1. */
export const acceptedOf = (row: AppendRow) => ({
  accepted: row.accepted.map((index) => index - 1),
  positionBefore: Number(row.position_before),
  recordedAt: row.recorded_at_ms,
});

/** The arrays a_key, a_request, a_status and a_body. */
export const answerParameters = (batch: readonly Submission[]): readonly Buffer[] => [
  byteaArray(batch.map(({ append: { idempotency } }) => idempotency?.keyHash ?? null)),
  byteaArray(batch.map(({ append: { idempotency } }) => idempotency?.requestHash ?? null)),
  int4Array(batch.map(({ append: { idempotency } }) => idempotency?.answer.status ?? 0)),
  textArray(batch.map(({ append: { idempotency } }) => idempotency?.answer.body ?? null)),
];

/** The arrays e_append to e_metadata. */
export function eventParameters(batch: readonly Submission[]): readonly Buffer[] {
  const appendOf: number[] = [];
  const tenants: string[] = [];
  const streams: string[] = [];
  const versions: number[] = [];
  const types: string[] = [];
  const schemas: number[] = [];
  const data: string[] = [];
  const metadata: string[] = [];
  batch.forEach(({ append }, index) => {
    const plain = JSON.stringify(append.metadata);
    let metadataText = append.idempotency === undefined ? plain : JSON.stringify(keptMetadata(append));
    for (const { stream, expectedVersion, events } of append.writes)
      events.forEach((event, offset) => {
        appendOf.push(index + 1);
        tenants.push(append.tenant);
        streams.push(stream);
        versions.push(expectedVersion + offset + 1);
        types.push(event.type);
        schemas.push(event.schemaVersion);
        data.push(JSON.stringify(event.data));
        metadata.push(metadataText);
        metadataText = plain;
      });
  });
  return [
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
