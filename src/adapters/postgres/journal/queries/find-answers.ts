import type { Pool } from 'pg';

const text =
  'SELECT key_hash, request_hash, status, body, floor(extract(epoch FROM recorded_at) * 1000)::double precision AS recorded_at_ms FROM journal.idempotency_keys WHERE key_hash = ANY ($1)';

export interface AnswerRow {
  readonly key_hash: Buffer;
  readonly request_hash: Buffer;
  readonly status: number;
  readonly body: string;
  readonly recorded_at_ms: number;
}

export async function findAnswers(pool: Pool, keyHashes: readonly Buffer[]): Promise<readonly AnswerRow[]> {
  const result = await pool.query<AnswerRow>({ name: 'journal-find-answers', text, values: [keyHashes] });
  return result.rows;
}
