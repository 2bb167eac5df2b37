import type { Feed, Reader } from '../core/ports';

/** How far the journal and its readers had come when somebody looked, in positions, by their names. */
export type Reached = Readonly<Record<string, number>> & { readonly journal: number };

export const nothingReached: Reached = { journal: 0 };

/** The journal and the readers that keep the other stores. */
interface ReadStores {
  readonly records: Pick<Feed, 'head'>;
  readonly readers: readonly Reader[];
}

export async function readReached({ records, readers }: ReadStores): Promise<Reached> {
  const reached: Record<string, number> = {};
  for (const reader of readers) reached[reader.name] = await reader.checkpoint();
  // Last: no reader is ahead of it.
  return { ...reached, journal: await records.head() };
}

/**
 * The first that stands before where it stood: it is being rebuilt, or was restored. What was verified of it is no
 * longer there to go on from.
 */
export const hasGoneBack = (before: Reached, now: Reached): string | null =>
  Object.entries(before).find(([name, position]) => (now[name] ?? 0) < position)?.[0] ?? null;
