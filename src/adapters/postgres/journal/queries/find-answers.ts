import type { Pool } from 'pg';

const text =
  'SELECT key_hash, request_hash, status, body FROM journal.idempotency_keys WHERE key_hash = ANY ($1)';

export interface AnswerRow {
  readonly key_hash: Buffer;
  readonly request_hash: Buffer;
  readonly status: number;
  readonly body: string;
}

export async function findAnswers(pool: Pool, keyHashes: readonly Buffer[]): Promise<readonly AnswerRow[]> {
  const result = await pool.query<AnswerRow>({ name: 'journal-find-answers', text, values: [keyHashes] });
  return result.rows;
}
