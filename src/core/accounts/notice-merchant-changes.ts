import type { MerchantId } from '../kernel';
import type { Journal } from '../ports';
import { merchantOfStream } from './use-cases/merchant-stream';

/**
 * The same journal, telling `onChange` of every append to a merchant's stream before the append is answered:
 * whoever gets the answer to a revocation sees it hold. An append that failed may have happened, so it counts.
 */
export function noticeMerchantChanges(journal: Journal, onChange: (merchantId: MerchantId) => void): Journal {
  return {
    async append(append) {
      try {
        return await journal.append(append);
      } finally {
        const merchantId = merchantOfStream(append.stream);
        if (merchantId !== null) onChange(merchantId);
      }
    },
    readStream: (tenant, stream) => journal.readStream(tenant, stream),
    findAnswer: (request) => journal.findAnswer(request),
  };
}
