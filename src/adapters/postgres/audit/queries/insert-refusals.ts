import type { ClientBase } from 'pg';
import type { ChainHead, RefusedEntry } from '../../../../core/audit';
import { textArray } from '../../journal/binary-array';
import { fromEpochMs } from './epoch-ms';

/** The entries and the chain's new end, in one statement. */
const text = `
  WITH ended AS (
    UPDATE audit.chain SET sequence = $1::bigint, hash = decode($2::text, 'hex')
  )
  INSERT INTO audit.entries
    (id, tenant, actor, action, subject, outcome, request_id, correlation_id, occurred_at, code, client_address,
      count, sequence, previous_hash, hash)
  SELECT id, tenant, actor, action, subject, outcome, request_id, correlation_id,
    ${fromEpochMs('occurred_at_ms')}, code, client_address, count::integer, sequence::bigint, decode(previous_hash, 'hex'),
    decode(hash, 'hex')
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[])
    AS e (id, tenant, actor, action, subject, outcome, request_id, correlation_id, occurred_at_ms, code,
      client_address, count, sequence, previous_hash, hash)`;

export async function insertRefusals(
  client: ClientBase,
  entries: readonly RefusedEntry[],
  head: ChainHead,
): Promise<void> {
  const column = (value: (entry: RefusedEntry) => string | null) => textArray(entries.map(value));
  await client.query({
    name: 'audit-insert-refusals',
    text,
    values: [
      head.sequence,
      head.hash,
      column((entry) => entry.auditId),
      column((entry) => entry.tenant),
      column((entry) => entry.actor),
      column((entry) => entry.action),
      column((entry) => entry.subject),
      column((entry) => entry.outcome),
      column((entry) => entry.requestId),
      column((entry) => entry.correlationId),
      column((entry) => entry.occurredAt.toString()),
      column((entry) => entry.code),
      column((entry) => entry.clientAddress),
      column((entry) => entry.count.toString()),
      column((entry) => entry.sequence.toString()),
      column((entry) => entry.previousHash),
      column((entry) => entry.hash),
    ],
  });
}
