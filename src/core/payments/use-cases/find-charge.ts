import type { ChargeId, TenantId } from '../../kernel';
import { type Journal, type Loaded, loadStream } from '../../ports';
import type { Charge, ExistingCharge } from '../charge';
import { chargeAggregate, chargeStream } from './charge-stream';

/** The charge's stream, folded: what the next command may be decided on. */
export const loadCharge =
  (journal: Journal) =>
  (tenant: TenantId, chargeId: ChargeId): Promise<Loaded<Charge>> =>
    loadStream(journal, chargeAggregate, tenant, chargeStream(chargeId));

/** The charge as of its last committed event, never behind one's own write; null when the tenant has none such. */
export const findCharge =
  (journal: Journal) =>
  async (tenant: TenantId, chargeId: ChargeId): Promise<ExistingCharge | null> => {
    const { state } = await loadCharge(journal)(tenant, chargeId);
    return state.status === 'none' ? null : state;
  };
