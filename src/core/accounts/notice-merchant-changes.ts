import type { MerchantId } from '../kernel';
import type { Journal } from '../ports';
import { merchantOfStream } from './use-cases/merchant-stream';

/**
 * The same journal, telling `onChange` of every append to a merchant's stream before the append is answered:
 * anyone who gets the answer to a revocation sees it hold. An append that failed may have happened, so it counts.
 */
export function noticeMerchantChanges(journal: Journal, onChange: (merchantId: MerchantId) => void): Journal {
  return {
    ...journal,
    async append(append) {
      try {
        return await journal.append(append);
      } finally {
        for (const { stream } of append.writes) {
          const merchantId = merchantOfStream(stream);
          if (merchantId !== null) onChange(merchantId);
        }
      }
    },
  };
}
