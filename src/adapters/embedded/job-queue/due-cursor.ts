import type { LeasedJob } from './pg-boss-tables';

/** Where in the line of due jobs the next lease begins. */
export interface DueCursor {
  /** Milliseconds since the epoch, by database time; 0 is the very beginning. */
  position(): number;
  advance(leased: readonly LeasedJob[]): void;
}

/** A transaction that stays open longer commits jobs behind the cursor; the next thorough lease finds them. */
const marginMs = 2_000;
const thoroughIntervalMs = 1_000;

/**
 * Until the table is vacuumed, its index keeps an entry for every job that was ever due, and a lease from the
 * beginning steps over all of them: after 100,000 jobs it costs more than the work. Leases therefore begin
 * shortly before the last job that was taken, and only one a second begins at the beginning.
 */
export function createDueCursor(): DueCursor {
  let from = 0;
  let thoroughAt = -Infinity;
  return {
    position: () => {
      const nowMs = performance.now();
      if (nowMs - thoroughAt < thoroughIntervalMs) return from;
      thoroughAt = nowMs;
      return 0;
    },
    advance: (leased) => {
      const newest = leased.reduce((latest, { dueAt }) => Math.max(latest, dueAt), 0);
      if (newest > 0) from = newest - marginMs;
    },
  };
}
