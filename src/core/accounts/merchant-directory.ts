import type { MerchantId, Page, PageRequest } from '../kernel';

/**
 * Which merchants there are. Never behind a committed `MerchantCreated`: the names of the journal's streams
 * are the directory, so there is no read model to fall behind or to rebuild. Ids sort by creation, and a page
 * costs its length, not the number of merchants. The id of a cursor need not exist.
 */
export interface MerchantDirectory {
  list(page: PageRequest<MerchantId>): Promise<Page<MerchantId>>;
}
