import type { Reader, RecordedEvent } from '../../../src/core/ports';

/** Reads to the end as a process does that knows nothing of others. @returns how many events it applied itself. */
export async function readAll(
  reader: Reader,
  events: readonly RecordedEvent[],
  batchSize: number,
): Promise<number> {
  let applied = 0;
  let from = await reader.checkpoint();
  while (from < events.length) {
    const batch = events.slice(from, from + batchSize);
    if ((await reader.apply(from, batch)) === 'applied') applied += batch.length;
    from = await reader.checkpoint();
  }
  return applied;
}
