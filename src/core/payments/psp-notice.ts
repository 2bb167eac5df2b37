import { type ChargeId, type Decider, type RefundId, accept, eventCodec } from '../kernel';
import { type Aggregate, type EventMetadata, type Journal, type PspNotice, handleCommand } from '../ports';

/** A PSP told us something about a charge. The notice is a hint: the PSP is asked before anything is recorded. */
export interface PspNoticeReceived {
  readonly type: 'PspNoticeReceived';
  readonly psp: string;
  readonly eventId: string;
  readonly noticeType: string;
  readonly chargeId: ChargeId;
  readonly refundId: RefundId | null;
}

export const pspNoticeCodec = eventCodec<PspNoticeReceived>({ PspNoticeReceived: [] });

const decider: Decider<'new' | 'received', PspNoticeReceived> = { initial: 'new', evolve: () => 'received' };
const aggregate: Aggregate<'new' | 'received', PspNoticeReceived> = { decider, codec: pspNoticeCodec };

/** One stream per notice: the PSP's event id in its name is what makes a duplicate fall away. */
export const pspNoticeStream = (psp: string, eventId: string): string => `psp-notice-${psp}-${eventId}`;

/** Stores a verified notice durably, once. Delivered again, it has no effect. */
export const receiveNotice =
  (journal: Journal) =>
  async (psp: string, notice: PspNotice, metadata: EventMetadata): Promise<void> => {
    const { eventId, type: noticeType, chargeId, refundId } = notice;
    const event: PspNoticeReceived = {
      type: 'PspNoticeReceived',
      psp,
      eventId,
      noticeType,
      chargeId,
      refundId: refundId ?? null,
    };
    await handleCommand(
      journal,
      aggregate,
      pspNoticeStream(psp, eventId),
      (state) => accept(state === 'received' ? [] : [event]),
      {
        tenant: notice.tenant,
        metadata,
      },
    );
  };
