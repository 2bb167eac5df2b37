import { newestAuditPosition } from '../adapters/postgres/audit/queries/newest-position';
import { createAuditReader } from '../adapters/postgres/audit/audit-reader';
import { createAuditTrail } from '../adapters/postgres/audit/audit-trail';
import { sha256 } from '../adapters/postgres/sha256';
import { type AuditFault, verifyAudit } from '../core/audit';
import { contexts } from '../core/contexts';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import { reachOf } from './reach';

/** Every effect as the journal has it, and the hash chain of the refusals. */
export async function checkAudit(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn, pageLimit } = verification;
  const { records, pools } = stores;
  const joined = feed.join(progress.audit.effectCount);
  try {
    const reach = await reachOf(createAuditReader(pools.audit), records, () =>
      newestAuditPosition(pools.audit),
    );
    if (reach.kind === 'beyond') return reach.finding;
    const { fault, isComplete, ...verified } = await verifyAudit({
      trail: createAuditTrail(pools.audit),
      feed: joined,
      sha256,
      contexts,
      since: progress.audit,
      mayGoOn,
      pageLimit,
    });
    if (fault !== null) return faultAt(placeOf(fault), fault);
    progress.audit = verified;
    if (!isComplete) return unfinished;
    const { effectCount, refusals } = verified;
    const counts = `${counted(effectCount, 'effect')}, ${counted(refusals.sequence, 'refusal')}`;
    return sound(`${counts}, ${reach.note}`);
  } finally {
    joined.leave();
  }
}

function placeOf({ place }: AuditFault): string {
  switch (place.kind) {
    case 'event':
      return `audit entry of position ${String(place.position)}`;
    case 'refusal':
      return `refusal ${String(place.sequence)}`;
    case 'head':
      return 'end of the chain of refusals';
    case 'count':
      return `audit entries of partition ${String(place.partition)}`;
  }
}
