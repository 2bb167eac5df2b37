import { assert } from '../../kernel';
import type { Journal } from '../../ports';
import type { ExistingMerchant } from '../merchant';
import type { MerchantDirectory, MerchantPageRequest } from '../merchant-directory';
import { getMerchant } from './get-merchant';

export interface MerchantPage {
  /** Newest first. */
  readonly merchants: readonly ExistingMerchant[];
  readonly hasMore: boolean;
}

/** A page of merchants, each as of its last committed event. */
export const listMerchants =
  (journal: Journal, directory: MerchantDirectory) =>
  async (page: MerchantPageRequest): Promise<MerchantPage> => {
    const { ids, hasMore } = await directory.list(page);
    const merchants = await Promise.all(ids.map(getMerchant(journal)));
    return {
      hasMore,
      merchants: merchants.map((merchant, index) => {
        assert(merchant !== null, `the directory lists ${ids[index] ?? ''}, so its stream exists`);
        return merchant;
      }),
    };
  };
