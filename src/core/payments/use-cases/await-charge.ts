import { type ChargeId, type Clock, type TenantId, assert } from '../../kernel';
import type { Journal, RecordedEvent, StreamWatch } from '../../ports';
import { type Charge, type ExistingCharge, chargeDecider } from '../charge';
import { chargeCodec } from '../codec';
import { chargeStream } from './charge-stream';

/**
 * The charge as it was when `until` first held, or as it is after `timeoutMs`; null when the tenant has none
 * such. `until` sees each event once, in version order, with the charge as that event left it. Asked again
 * later, the answer is the same: what happened after the moment is not folded in.
 */
export const awaitCharge =
  (journal: Journal, streams: StreamWatch, clock: Clock) =>
  async (
    tenant: TenantId,
    chargeId: ChargeId,
    until: (charge: ExistingCharge, recorded: RecordedEvent) => boolean,
    timeoutMs: number,
  ): Promise<ExistingCharge | null> => {
    const stream = chargeStream(chargeId);
    const deadline = clock() + timeoutMs;
    const watch = streams.watch(stream);
    let charge: Charge = chargeDecider.initial;
    let version = 0;
    try {
      for (;;) {
        for (const recorded of (await journal.readStream(tenant, stream)).slice(version)) {
          const event = chargeCodec.decode(recorded);
          assert(event !== null, `${stream} holds only events of a charge`);
          charge = chargeDecider.evolve(charge, event);
          version = recorded.version;
          assert(charge.status !== 'none', 'every event leaves a charge behind');
          if (until(charge, recorded)) return charge;
        }
        if (charge.status === 'none') return null;
        const leftMs = deadline - clock();
        if (leftMs <= 0 || !(await watch.changed(leftMs))) return charge;
      }
    } finally {
      watch.stop();
    }
  };
