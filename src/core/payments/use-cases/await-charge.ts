import { type ChargeId, type Clock, type TenantId, assert } from '../../kernel';
import type { Journal, StreamWatch } from '../../ports';
import { type Charge, type ExistingCharge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';
import { chargeStream } from './charge-stream';

/**
 * The charge as it was when `until` first held, or as it is after `timeoutMs`; null when the tenant has none
 * such. Asked again later, it gives the same state again: what happened afterwards is not folded in.
 */
export const awaitCharge =
  (journal: Journal, streams: StreamWatch, clock: Clock) =>
  async (
    tenant: TenantId,
    chargeId: ChargeId,
    until: (charge: Charge) => boolean,
    timeoutMs: number,
  ): Promise<ExistingCharge | null> => {
    const deadline = clock() + timeoutMs;
    const watch = streams.watch(chargeStream(chargeId));
    try {
      for (;;) {
        const { charge, reached } = await foldUntil(journal, tenant, chargeId, until);
        if (reached || charge.status === 'none') return charge.status === 'none' ? null : charge;
        const leftMs = deadline - clock();
        if (leftMs <= 0 || !(await watch.changed(leftMs))) return charge;
      }
    } finally {
      watch.stop();
    }
  };

async function foldUntil(
  journal: Journal,
  tenant: TenantId,
  chargeId: ChargeId,
  until: (charge: Charge) => boolean,
) {
  let charge = chargeDecider.initial;
  for (const recorded of await journal.readStream(tenant, chargeStream(chargeId))) {
    const event = chargeCodec.decode(recorded);
    assert(event !== null, `${recorded.stream} holds only events of a charge`);
    charge = chargeDecider.evolve(charge, event);
    if (until(charge)) return { charge, reached: true };
  }
  return { charge, reached: false };
}
