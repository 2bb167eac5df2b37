import type { MerchantId } from '../kernel';

export const maxMerchantPageLimit = 100;

export interface MerchantPageRequest {
  /** 1 to {@link maxMerchantPageLimit}. */
  readonly limit: number;
  /** `starting_after`: what is older than the id; `ending_before`: what is newer. The id need not exist. */
  readonly cursor?: { readonly kind: 'starting_after' | 'ending_before'; readonly id: MerchantId };
}

export interface MerchantIdPage {
  /** Newest first, whichever way the list was walked. */
  readonly ids: readonly MerchantId[];
  /** Whether more lies beyond, in the direction of the walk. */
  readonly hasMore: boolean;
}

/**
 * Which merchants there are. Never behind a committed `MerchantCreated`: the names of the journal's streams
 * are the directory, so there is no read model to fall behind or to rebuild. Ids sort by creation, and a page
 * costs its length, not the number of merchants.
 */
export interface MerchantDirectory {
  list(page: MerchantPageRequest): Promise<MerchantIdPage>;
}
