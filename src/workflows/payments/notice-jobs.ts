import type { TenantId } from '../../core/kernel';
import { chargeCodec, chargeStream, isClosed, loadCharge, pspNoticeCodec } from '../../core/payments';
import type { Job, Journal, RecordedEvent } from '../../core/ports';
import { jobForNotice } from '../../core/payments';

/**
 * The jobs that a batch's notices ask for. A notice asks for nothing when it says the same as the charge does by now,
 * within the batch or in the journal: that the payment is paid, or that it took no money. A provider's notice comes within
 * milliseconds of the answer to our own request, before it or after it, so that this is true of nearly all.
 */
export const jobsForNotices =
  (journal: Journal) =>
  async (events: readonly RecordedEvent[]): Promise<readonly Job[]> => {
    const { paid, over } = closedWithin(events);
    const jobs = events.map(async (recorded) => {
      const notice = pspNoticeCodec.decode(recorded);
      if (notice === null) return [];
      // A refund that has succeeded may still come back from the bank, or be made at the PSP itself, and only a notice tells.
      if (notice.refundId !== null || notice.concerns === 'refunds')
        return [jobForNotice(recorded, notice, 0)];
      const key = keyOf(recorded.tenant, chargeStream(notice.chargeId));
      if (paid.has(key) || (notice.concerns === 'end' && over.has(key))) return [];
      const { state: charge } = await loadCharge(journal)(recorded.tenant, notice.chargeId);
      // A charge that is over without money may still be paid at the PSP: only a notice of that end is no news.
      if (charge.status === 'succeeded' || charge.status === 'blocked') return [];
      if (isClosed(charge) && notice.concerns === 'end') return [];
      return [
        charge.status === 'processing' ? jobForNotice(recorded, notice) : jobForNotice(recorded, notice, 0),
      ];
    });
    return (await Promise.all(jobs)).flat();
  };

/** The charges that are paid, and those that are over without money, after an event of the batch. */
function closedWithin(events: readonly RecordedEvent[]) {
  const paid = new Set<string>();
  const over = new Set<string>();
  for (const recorded of events) {
    const event = chargeCodec.decode(recorded);
    if (event === null) continue;
    const key = keyOf(recorded.tenant, recorded.stream);
    if (event.type === 'ChargeCaptured' && event.final) paid.add(key);
    if (event.type === 'ChargeFailed' || event.type === 'ChargeCanceled') over.add(key);
  }
  return { paid, over };
}

const keyOf = (tenant: TenantId, stream: string): string => `${tenant} ${stream}`;
