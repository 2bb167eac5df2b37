import { jobForNotice, jobsForCharge, pspNoticeCodec } from '../../src/core/payments';
import type { Job, RecordedEvent } from '../../src/core/ports';

/** The jobs of an event, with every notice taken for one that tells something new. */
export function jobsForPayments(recorded: RecordedEvent): readonly Job[] {
  const notice = pspNoticeCodec.decode(recorded);
  return notice === null ? jobsForCharge(recorded) : [jobForNotice(recorded, notice)];
}
