import { type MerchantId, type Page, type PageRequest, assert } from '../../kernel';
import type { Journal } from '../../ports';
import type { ExistingMerchant } from '../merchant';
import type { MerchantDirectory } from '../merchant-directory';
import { getMerchant } from './get-merchant';

/** A page of merchants, each as of its last committed event. */
export const listMerchants =
  (journal: Journal, directory: MerchantDirectory) =>
  async (page: PageRequest<MerchantId>): Promise<Page<ExistingMerchant>> => {
    const { rows: ids, hasMore } = await directory.list(page);
    const merchants = await Promise.all(ids.map(getMerchant(journal)));
    return {
      hasMore,
      rows: merchants.map((merchant, index) => {
        assert(merchant !== null, `the directory lists ${ids[index] ?? ''}, so its stream exists`);
        return merchant;
      }),
    };
  };
