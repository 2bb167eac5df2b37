import type { Pool } from 'pg';
import type { MerchantDirectory } from '../../../core/accounts';
import { listMerchantStreams } from './queries/list-merchant-streams';

/** The directory on the journal's own index of streams. @param pool on the journal's database */
export const createMerchantDirectory = (pool: Pool): MerchantDirectory => ({
  async list({ limit, cursor }) {
    // One more than asked tells whether there is a next page.
    const walked = await listMerchantStreams(pool, { limit: limit + 1, ...(cursor && { cursor }) });
    const ids = walked.slice(0, limit);
    return {
      ids: cursor?.kind === 'ending_before' ? ids.reverse() : ids,
      hasMore: walked.length > limit,
    };
  },
});
