import { type MerchantId, operatorTenant } from '../../kernel';
import { type Journal, loadStream } from '../../ports';
import type { ExistingMerchant } from '../merchant';
import { merchantAggregate, merchantStream } from './merchant-stream';

/** The merchant as of its last committed event; null when none has the id. */
export const getMerchant =
  (journal: Journal) =>
  async (merchantId: MerchantId): Promise<ExistingMerchant | null> => {
    const { state } = await loadStream(
      journal,
      merchantAggregate,
      operatorTenant,
      merchantStream(merchantId),
    );
    return state.status === 'none' ? null : state;
  };
