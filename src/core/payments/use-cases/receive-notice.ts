import type { EventMetadata, Journal, PspNotice } from '../../ports';
import { type ExistingCharge, isSettled } from '../charge';
import { type PspNoticeReceived, pspNoticeCodec, pspNoticeStream } from '../psp-notice';
import type { awaitCharge } from './await-charge';

export interface ReceiveNoticeDependencies {
  readonly journal: Journal;
  readonly awaitCharge: ReturnType<typeof awaitCharge>;
}

/** A notice often overtakes the answer to our own request, which says the same and is recorded within moments. */
const patienceMs = 1_000;
/** Notices that may wait for it at once; one more is stored without waiting. */
const maxWaiting = 200;

/**
 * Stores a verified notice durably, once; delivered again, it has no effect. A notice about a payment that the
 * books show as succeeded tells nothing: it is acknowledged and not stored. Whoever is killed before the answer
 * has acknowledged nothing, and the PSP delivers again.
 */
export function receiveNotice({ journal, awaitCharge: chargeOnce }: ReceiveNoticeDependencies) {
  let waiting = 0;

  async function isKnown({ tenant, chargeId, refundId }: PspNotice): Promise<boolean> {
    if (refundId !== undefined || waiting >= maxWaiting) return false;
    waiting += 1;
    try {
      const charge = await chargeOnce(tenant, chargeId, isAnswered, patienceMs);
      return charge?.status === 'succeeded';
    } finally {
      waiting -= 1;
    }
  }

  return async (psp: string, notice: PspNotice, metadata: EventMetadata): Promise<void> => {
    if (await isKnown(notice)) return;
    const { tenant, eventId, type: noticeType, chargeId, refundId } = notice;
    const event: PspNoticeReceived = {
      type: 'PspNoticeReceived',
      psp,
      eventId,
      noticeType,
      chargeId,
      refundId: refundId ?? null,
    };
    // A conflict says that the stream exists, which is to say that this notice was stored before.
    await journal.append({
      tenant,
      stream: pspNoticeStream(psp, eventId),
      expectedVersion: 0,
      events: [pspNoticeCodec.encode(event)],
      metadata,
    });
  };
}

const isAnswered = (charge: ExistingCharge): boolean => isSettled(charge) || charge.status === 'unknown';
