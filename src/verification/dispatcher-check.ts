import { dispatcherNames } from '../adapters/embedded/dispatcher/dispatcher-name';
import { readDispatchCheckpoint } from '../adapters/embedded/dispatcher/read-checkpoint';
import type { Stores } from '../compose/stores';
import { type Finding, sound } from './check';
import { noNewestRow, reachOf } from './reach';

/** The dispatchers keep nothing to compare but their places: beyond the head, they would leave out the jobs of what follows. */
export async function checkDispatchers({ records, pools }: Stores): Promise<Finding> {
  const notes: string[] = [];
  for (const name of dispatcherNames) {
    const checkpoint = () => readDispatchCheckpoint(pools.journal, name);
    const reach = await reachOf({ name, checkpoint }, records, noNewestRow);
    if (reach.kind === 'beyond') return reach.finding;
    notes.push(`${name} ${reach.note}`);
  }
  return sound(`jobs derived: ${notes.join(', ')}`);
}
