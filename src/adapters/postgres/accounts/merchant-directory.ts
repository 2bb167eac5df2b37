import type { Pool } from 'pg';
import type { MerchantDirectory } from '../../../core/accounts';
import { pageOf, walkLimit } from '../../../core/kernel';
import { listMerchantStreams } from './queries/list-merchant-streams';

/** The directory on the journal's own index of streams. @param pool on the journal's database */
export const createMerchantDirectory = (pool: Pool): MerchantDirectory => ({
  list: async (page) => pageOf(page, await listMerchantStreams(pool, { ...page, limit: walkLimit(page) })),
});
