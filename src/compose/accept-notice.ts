import type { InboundNotice } from '../api/dependencies';
import { type Clock, parseForeignId } from '../core/kernel';
import { receiveNotice } from '../core/payments';
import { type Journal, type Metrics, type NoticeVerdict, type PspGateway, noMetrics } from '../core/ports';

const malformed: NoticeVerdict = { kind: 'rejected', reason: 'malformed' };

/** Has the PSP's gateway verify a webhook on its raw bytes, and stores what is authentic and concerns a charge. */
export function acceptNotice(
  gateway: Pick<PspGateway, 'name' | 'verifyNotice'>,
  journal: Journal,
  clock: Clock,
  counts: Metrics = noMetrics,
): (inbound: InboundNotice) => Promise<NoticeVerdict> {
  const store = receiveNotice(journal);
  return async ({ rawBody, signature }) => {
    const verdict = gateway.verifyNotice({ rawBody, signature, nowMs: clock() });
    if (verdict.kind === 'rejected') return verdict;
    if (verdict.kind !== 'notice') {
      if (parseForeignId(verdict.eventId) === null) return malformed;
      // Left to the other installation on this account, and counted: here nothing is known of its charges.
      if (verdict.kind === 'foreign') counts.record('PspNoticesForeign');
      return verdict;
    }
    const { notice } = verdict;
    const stored = await store(gateway.name, notice, {
      actor: `psp:${gateway.name}`,
      correlationId: notice.chargeId,
    });
    return stored === 'malformed' ? malformed : verdict;
  };
}
