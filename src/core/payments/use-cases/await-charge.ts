import type { ChargeId, Clock, TenantId } from '../../kernel';
import type { Journal, RecordedEvent, StreamWatch } from '../../ports';
import type { ExistingCharge } from '../charge';
import { type ChargeRow, projectCharge } from '../projections/charge-row';
import { chargeStream } from './charge-stream';

/**
 * The charge as the append left it in which `until` first held, or as it is after `timeoutMs`; null when the tenant has
 * none such. `until` sees each event once, in version order, with the charge as that event left it. Asked again
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
    let row: ChargeRow | null = null;
    try {
      for (;;) {
        const events: readonly RecordedEvent[] = await journal.readStream(tenant, stream);
        let held: RecordedEvent | null = null;
        for (const recorded of events.slice(row?.version ?? 0)) {
          if (held !== null && row !== null && !isOfOneAppend(held, recorded)) return row.charge;
          row = projectCharge(row, recorded);
          if (held !== null || until(row.charge, recorded)) held = recorded;
        }
        if (row === null) return null;
        if (held !== null) return row.charge;
        const leftMs = deadline - clock();
        if (leftMs <= 0 || !(await watch.changed(leftMs))) return row.charge;
      }
    } finally {
      watch.stop();
    }
  };

/** The events of one append are committed at one moment, next to each other, by one cause. */
const isOfOneAppend = (one: RecordedEvent, next: RecordedEvent): boolean =>
  next.recordedAt === one.recordedAt &&
  next.position === one.position + 1 &&
  next.metadata.correlationId === one.metadata.correlationId &&
  next.metadata.causationId === one.metadata.causationId;
