import { type ChargeId, type ForeignId, type RefundId, eventCodec } from '../kernel';

/** A PSP told us something about a charge. The notice is a hint: the PSP is asked before anything is recorded. */
export interface PspNoticeReceived {
  readonly type: 'PspNoticeReceived';
  readonly psp: string;
  readonly eventId: string;
  readonly noticeType: string;
  readonly chargeId: ChargeId;
  readonly refundId: RefundId | null;
  /** As of `PspNotice`. */
  readonly concerns?: 'refunds' | 'end';
}

export const pspNoticeCodec = eventCodec<PspNoticeReceived>({ PspNoticeReceived: [] });

/** One stream per notice: the PSP's event id in its name is what makes a duplicate fall away. */
export const pspNoticeStream = (psp: string, eventId: ForeignId): string => `psp-notice-${psp}-${eventId}`;
