import type { ChargeId, TenantId } from '../../kernel';
import { type Journal, loadStream } from '../../ports';
import type { ExistingCharge } from '../charge';
import { chargeAggregate, chargeStream } from './charge-stream';

/** The charge as of its last committed event, never behind one's own write; null when the tenant has none such. */
export const findCharge =
  (journal: Journal) =>
  async (tenant: TenantId, chargeId: ChargeId): Promise<ExistingCharge | null> => {
    const { state } = await loadStream(journal, chargeAggregate, tenant, chargeStream(chargeId));
    return state.status === 'none' ? null : state;
  };
