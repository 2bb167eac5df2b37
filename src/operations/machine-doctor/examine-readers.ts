import { dispatcherNames } from '../../adapters/embedded/dispatcher/dispatcher-name';
import { readDispatchCheckpoint } from '../../adapters/embedded/dispatcher/read-checkpoint';
import type { Stores } from '../../compose/stores';
import { counted } from '../../verification/check';
import { readReached } from '../../verification/reached';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

/** A reader that works is milliseconds behind. */
const mostBehindMs = 60_000;

/** Each reader of the journal has what was recorded a minute ago. */
export async function examineReaders(stores: Stores, nowMs: number): Promise<readonly Diagnosis[]> {
  const positions: [string, number][] = [];
  for (const name of dispatcherNames)
    positions.push([name, await readDispatchCheckpoint(stores.pools.journal, name)]);
  const { journal: head, ...reached } = await readReached(stores);
  const found = await Promise.all(
    [...positions, ...Object.entries(reached)].map(async ([name, position]) => {
      const [next] = await stores.records.read(position, 1);
      const behindMs = next === undefined ? 0 : nowMs - next.recordedAt;
      const seen = `${name} lacks ${counted(Math.max(0, head - position), 'event')}, the oldest for ${String(Math.round(behindMs / 1_000))} s`;
      return behindMs > mostBehindMs ? ill(seen, 'Follow docs/runbook/reader-behind.md.') : null;
    }),
  );
  const faults = found.filter((diagnosis) => diagnosis !== null);
  return faults.length > 0
    ? faults
    : [well(`${String(found.length)} readers keep up with position ${String(head)}`)];
}
