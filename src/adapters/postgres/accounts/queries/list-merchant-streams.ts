import type { Pool } from 'pg';
import { merchantOfStream, merchantStream } from '../../../../core/accounts';
import { type MerchantId, type PageRequest, assert } from '../../../../core/kernel';

/** The ends of the range in which every merchant's stream lies. */
const lowest = 'mer_00000000000000000000000000' as MerchantId;
const highest = 'mer_zzzzzzzzzzzzzzzzzzzzzzzzzz' as MerchantId;

/**
 * A range of the unique index on (stream, version): first events of merchants' streams, whose names sort by
 * creation. All have one length and one alphabet, so every collation puts them in one order. There is no other
 * condition on purpose: it would make the planner expect few rows, and read and sort the whole range.
 */
const text = (direction: 'ASC' | 'DESC') => `
  SELECT stream FROM journal.events
  WHERE stream > $1 AND stream < $2 AND version = 1
  ORDER BY stream ${direction} LIMIT $3`;

/** Merchants in the order of the walk: newest first, or oldest first when it goes towards newer ones. */
export async function listMerchantStreams(
  pool: Pool,
  { limit, cursor }: PageRequest<MerchantId>,
): Promise<MerchantId[]> {
  const newer = cursor?.kind === 'ending_before';
  const result = await pool.query<{ stream: string }>({
    name: newer ? 'accounts-list-newer-merchants' : 'accounts-list-older-merchants',
    text: text(newer ? 'ASC' : 'DESC'),
    values: [
      merchantStream(newer ? cursor.id : lowest),
      merchantStream(newer || cursor === undefined ? highest : cursor.id),
      limit,
    ],
  });
  return result.rows.map(({ stream }) => {
    const merchantId = merchantOfStream(stream);
    assert(merchantId !== null, `only merchants' streams lie between merchants' streams, not ${stream}`);
    return merchantId;
  });
}
