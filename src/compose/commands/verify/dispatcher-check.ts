import { readDispatchCheckpoint } from '../../../adapters/embedded/dispatcher/read-checkpoint';
import type { Books } from '../../books';
import { type Finding, sound } from './check';
import { reachOf } from './reach';

/** The dispatcher keeps nothing to compare but its place: beyond the head, it would leave out the jobs of what follows. */
export async function checkDispatcher({ records, pools }: Books): Promise<Finding> {
  const reach = await reachOf(
    { name: 'dispatcher', checkpoint: () => readDispatchCheckpoint(pools.dispatch) },
    records,
  );
  return reach.kind === 'beyond' ? reach.finding : sound(`jobs derived ${reach.note}`);
}
