import type { ClientBase } from 'pg';
import type { PostedTransaction } from '../../../../core/ledger';
import { int4Array, textArray } from '../../journal/binary-array';
import { fromEpochMs } from './epoch-ms';

const text = `
  INSERT INTO ledger.transactions
    (id, tenant, event_type, subject, part, partition, position, effective_at, first_sequence, entry_count)
  SELECT id, tenant, event_type, subject, part, partition, position::bigint,
    ${fromEpochMs('effective_at_ms')}, first_sequence::bigint, entry_count
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
    $9::text[], $10::int[])
    AS t (id, tenant, event_type, subject, part, partition, position, effective_at_ms, first_sequence,
      entry_count)`;

export async function insertTransactions(
  client: ClientBase,
  transactions: readonly PostedTransaction[],
): Promise<void> {
  await client.query({
    name: 'ledger-insert-transactions',
    text,
    values: [
      textArray(transactions.map((transaction) => transaction.transactionId)),
      textArray(transactions.map((transaction) => transaction.tenant)),
      textArray(transactions.map((transaction) => transaction.eventType)),
      textArray(transactions.map((transaction) => transaction.subject)),
      textArray(transactions.map((transaction) => transaction.part)),
      int4Array(transactions.map((transaction) => transaction.partition)),
      textArray(transactions.map((transaction) => transaction.position.toString())),
      textArray(transactions.map((transaction) => transaction.effectiveAt.toString())),
      textArray(transactions.map((transaction) => transaction.firstSequence.toString())),
      int4Array(transactions.map((transaction) => transaction.entryCount)),
    ],
  });
}
