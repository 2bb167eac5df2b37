import type { TenantId } from '../../core/kernel';
import {
  type ChargeEvent,
  chargeCodec,
  chargeStream,
  isClosed,
  loadCharge,
  pspNoticeCodec,
} from '../../core/payments';
import type { Job, Journal, RecordedEvent } from '../../core/ports';
import { jobForNotice } from '../../core/payments';

/**
 * The jobs that a batch's notices ask for. A notice about a payment whose charge is closed, within the batch or in the
 * journal by now, asks for nothing, because closed charges stay as they are. A provider's notice comes within
 * milliseconds of the answer to our own request, before it or after it, so that this is true of nearly all.
 */
export const jobsForNotices =
  (journal: Journal) =>
  async (events: readonly RecordedEvent[]): Promise<readonly Job[]> => {
    const closed = closedWithin(events);
    const jobs = events.map(async (recorded) => {
      const notice = pspNoticeCodec.decode(recorded);
      if (notice === null) return [];
      // A refund that has succeeded may still come back from the bank, or be made at the PSP itself, and only a notice tells.
      if (notice.refundId !== null || notice.concerns === 'refunds')
        return [jobForNotice(recorded, notice, 0)];
      if (closed.has(keyOf(recorded.tenant, chargeStream(notice.chargeId)))) return [];
      const { state: charge } = await loadCharge(journal)(recorded.tenant, notice.chargeId);
      if (isClosed(charge)) return [];
      return [
        charge.status === 'processing' ? jobForNotice(recorded, notice) : jobForNotice(recorded, notice, 0),
      ];
    });
    return (await Promise.all(jobs)).flat();
  };

function closedWithin(events: readonly RecordedEvent[]): ReadonlySet<string> {
  const closed = new Set<string>();
  for (const recorded of events) {
    const event = chargeCodec.decode(recorded);
    if (event !== null && closes(event)) closed.add(keyOf(recorded.tenant, recorded.stream));
  }
  return closed;
}

const keyOf = (tenant: TenantId, stream: string): string => `${tenant} ${stream}`;

/** Whether every charge is closed after this event, whatever came before it. */
export const closes = (event: ChargeEvent): boolean =>
  event.type === 'ChargeFailed' ||
  event.type === 'ChargeCanceled' ||
  (event.type === 'ChargeCaptured' && event.final);
