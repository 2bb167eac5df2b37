import { createSealTrail, createSealer } from '../adapters/postgres/journal/sealer';
import { sha256 } from '../adapters/postgres/sha256';
import { verifySeals } from '../core/journal';
import { type Finding, type Verification, counted, faultAt, sound, unfinished } from './check';
import { noNewestRow, reachOf } from './reach';

/** Every event as it was when it was sealed, and the chain of the seals. */
export async function checkSeals(verification: Verification): Promise<Finding> {
  const { stores, feed, progress, mayGoOn, pageLimit } = verification;
  const { records, pools } = stores;
  const joined = feed.join(progress.seals.sealedThrough);
  try {
    const reach = await reachOf(createSealer(pools.journal), records, noNewestRow);
    if (reach.kind === 'beyond') return reach.finding;
    const { fault, isComplete, ...verified } = await verifySeals({
      trail: createSealTrail(pools.journal),
      feed: joined,
      sha256,
      since: progress.seals,
      mayGoOn,
      pageLimit,
    });
    if (fault !== null) {
      const { kind, position } = fault.place;
      const place = kind === 'event' ? 'position' : 'seal of position';
      return faultAt(`${place} ${String(position)}`, fault);
    }
    progress.seals = verified;
    if (!isComplete) return unfinished;
    return sound(`${counted(verified.sealCount, 'seal')}, ${reach.note}`);
  } finally {
    joined.leave();
  }
}
