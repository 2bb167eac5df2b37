import type { ClientBase } from 'pg';
import type { ChainHead } from '../../../../core/ports';
import { textArray } from '../../journal/binary-array';
import { fromEpochMs } from './epoch-ms';

const text = `
  INSERT INTO ledger.chains (tenant, sequence, hash, effective_at)
  SELECT tenant, sequence::bigint, decode(hash, 'hex'), ${fromEpochMs('effective_at_ms')}
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS c (tenant, sequence, hash, effective_at_ms)
  ON CONFLICT (tenant) DO UPDATE
  SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash, effective_at = EXCLUDED.effective_at`;

/** Moves the ends of the chains, in the order given: sorted by tenant. */
export async function writeChains(client: ClientBase, heads: readonly ChainHead[]): Promise<void> {
  await client.query({
    name: 'ledger-write-chains',
    text,
    values: [
      textArray(heads.map((head) => head.tenant)),
      textArray(heads.map((head) => head.sequence.toString())),
      textArray(heads.map((head) => head.hash)),
      textArray(heads.map((head) => head.effectiveAt.toString())),
    ],
  });
}
