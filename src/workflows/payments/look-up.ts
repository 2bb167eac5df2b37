import type { PspPayment } from '../../core/ports';
import type { ChargeJob } from './charge-job';

export function findPayment({ charge, payment, psp }: ChargeJob): Promise<PspPayment | null> {
  const { pspReference } = charge;
  return psp.findPayment({ payment, ...(pspReference === null ? {} : { pspReference }) });
}

export const lookUp = async (job: ChargeJob): Promise<PspPayment['outcome'] | null> =>
  (await findPayment(job))?.outcome ?? null;
