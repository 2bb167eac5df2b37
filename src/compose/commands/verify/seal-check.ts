import { createSealTrail, createSealer } from '../../../adapters/postgres/journal/sealer';
import { sha256 } from '../../../adapters/postgres/sha256';
import { verifySeals } from '../../../core/journal';
import type { Books } from '../../books';
import { type Finding, counted, faultAt, sound } from './check';
import { reachOf } from './reach';

/** Every event as it was when it was sealed, and the chain of the seals. */
export async function checkSeals({ records, pools }: Books): Promise<Finding> {
  const reach = await reachOf(createSealer(pools.dispatch), records);
  if (reach.kind === 'beyond') return reach.finding;
  const { sealCount, fault } = await verifySeals({
    trail: createSealTrail(pools.dispatch),
    feed: records,
    sha256,
  });
  if (fault === null) return sound(`${counted(sealCount, 'seal')}, ${reach.note}`);
  const { kind, position } = fault.place;
  return faultAt(
    kind === 'event' ? `position ${String(position)}` : `seal of position ${String(position)}`,
    fault,
  );
}
