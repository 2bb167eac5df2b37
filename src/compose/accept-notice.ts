import type { InboundNotice } from '../api/dependencies';
import { type Clock, parseForeignId } from '../core/kernel';
import { receiveNotice } from '../core/payments';
import type { Journal, NoticeVerdict, PspGateway } from '../core/ports';

const malformed: NoticeVerdict = { kind: 'rejected', reason: 'malformed' };

/** Has the PSP's gateway verify a webhook on its raw bytes, and stores what is authentic and concerns a charge. */
export function acceptNotice(
  gateway: Pick<PspGateway, 'name' | 'verifyNotice'>,
  journal: Journal,
  clock: Clock,
): (inbound: InboundNotice) => Promise<NoticeVerdict> {
  const store = receiveNotice(journal);
  return async ({ rawBody, signature }) => {
    const verdict = gateway.verifyNotice({ rawBody, signature, nowMs: clock() });
    if (verdict.kind === 'irrelevant') return parseForeignId(verdict.eventId) === null ? malformed : verdict;
    if (verdict.kind === 'rejected') return verdict;
    const { notice } = verdict;
    const stored = await store(gateway.name, notice, {
      actor: `psp:${gateway.name}`,
      correlationId: notice.chargeId,
    });
    return stored === 'malformed' ? malformed : verdict;
  };
}
