import { parseForeignId } from '../../kernel';
import { type EventMetadata, type Journal, type PspNotice, toStream } from '../../ports';
import { type PspNoticeReceived, pspNoticeCodec, pspNoticeStream } from '../psp-notice';

/**
 * Stores every verified notice. One append and no read, so that the PSP has its answer as soon as
 * the notice is durable; what it means for the charge is found out afterwards. The PSP's event id is part of the name of
 * the stream: delivered again, a notice has no effect.
 * @returns `malformed` when the event's id is none that a stream can be named by; nothing was stored
 * @throws JournalOverloaded, JournalUnavailable; the PSP then delivers it again
 */
export const receiveNotice =
  (journal: Journal) =>
  async (psp: string, notice: PspNotice, metadata: EventMetadata): Promise<'stored' | 'malformed'> => {
    const { tenant, type: noticeType, chargeId, refundId, concerns } = notice;
    const eventId = parseForeignId(notice.eventId);
    if (eventId === null) return 'malformed';
    const event: PspNoticeReceived = {
      type: 'PspNoticeReceived',
      psp,
      eventId,
      noticeType,
      chargeId,
      refundId: refundId ?? null,
      ...(concerns === undefined ? {} : { concerns }),
    };
    // A conflict says that the stream exists, which is to say that this notice was stored before.
    await journal.append(
      toStream({
        tenant,
        stream: pspNoticeStream(psp, eventId),
        expectedVersion: 0,
        events: [pspNoticeCodec.encode(event)],
        metadata,
      }),
    );
    return 'stored';
  };
