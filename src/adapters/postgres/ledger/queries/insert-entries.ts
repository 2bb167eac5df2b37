import type { ClientBase } from 'pg';
import type { LedgerEntry } from '../../../../core/ports';
import { textArray } from '../../journal/binary-array';

const text = `
  INSERT INTO ledger.entries
    (tenant, sequence, transaction_id, account_id, account_sequence, side, amount, balance_before, balance_after,
      previous_hash, hash)
  SELECT tenant, sequence::bigint, transaction_id, account_id, account_sequence::bigint, side, amount::numeric,
    balance_before::numeric, balance_after::numeric, decode(previous_hash, 'hex'), decode(hash, 'hex')
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[])
    AS e (tenant, sequence, transaction_id, account_id, account_sequence, side, amount, balance_before,
      balance_after, previous_hash, hash)`;

export async function insertEntries(client: ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
  await client.query({
    name: 'ledger-insert-entries',
    text,
    values: [
      textArray(entries.map((entry) => entry.tenant)),
      textArray(entries.map((entry) => entry.sequence.toString())),
      textArray(entries.map((entry) => entry.transactionId)),
      textArray(entries.map((entry) => entry.accountId)),
      textArray(entries.map((entry) => entry.accountSequence.toString())),
      textArray(entries.map((entry) => entry.side)),
      textArray(entries.map((entry) => entry.amountMinor.toString())),
      textArray(entries.map((entry) => entry.balanceBeforeMinor.toString())),
      textArray(entries.map((entry) => entry.balanceAfterMinor.toString())),
      textArray(entries.map((entry) => entry.previousHash)),
      textArray(entries.map((entry) => entry.hash)),
    ],
  });
}
