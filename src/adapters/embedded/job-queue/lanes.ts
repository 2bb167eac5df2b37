import type { LaneShare, LeasedJob } from './queries/lease-jobs';

/** The lanes of one queue that may have jobs, and how many of each are in progress in this process. */
export interface Lanes {
  /** A job of this lane may be due. */
  mayHaveWork(lane: string): void;
  /**
   * Gives each free place to the lane with the fewest jobs in progress, and among equals to the one that was served the
   * longest ago. Empty when no lane may have work, or each that may has its most in progress.
   */
  shares(places: number): readonly LaneShare[];
  /** A lane that gave fewer jobs than its share has no more, unless it was named again meanwhile. */
  leased(shares: readonly LaneShare[], jobs: readonly LeasedJob[]): void;
  ended(lane: string): void;
}

interface Lane {
  readonly name: string;
  held: number;
  mayHaveWork: boolean;
  /** Counts the times that it was named, so that a lease in flight cannot hide a new job. */
  named: number;
  dueFrom: number;
  thoroughAt: number;
}

/** Beyond so many, a lane is found by looking. */
const maxLanes = 10_000;
/** A transaction that stays open longer commits jobs behind the cursor; the next thorough lease finds them. */
const cursorMarginMs = 2_000;
const thoroughIntervalMs = 1_000;

/**
 * Until the table is vacuumed, its index keeps an entry for every job that was ever due, and a lease from the beginning
 * of a lane steps over all of them. Leases therefore begin shortly before the last job that was taken from the lane, and
 * only one a second begins at the beginning.
 * @param mostOfLane in progress at once
 */
export function createLanes(mostOfLane: number): Lanes {
  const lanes = new Map<string, Lane>();

  function laneNamed(name: string): Lane {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const lane: Lane = { name, held: 0, mayHaveWork: false, named: 0, dueFrom: 0, thoroughAt: -Infinity };
    lanes.set(name, lane);
    return lane;
  }
  function dropIfIdle(lane: Lane): void {
    if (lane.held === 0 && !lane.mayHaveWork) lanes.delete(lane.name);
  }
  function shareOf(lane: Lane, most: number): LaneShare {
    const nowMs = performance.now();
    const isThorough = nowMs - lane.thoroughAt >= thoroughIntervalMs;
    if (isThorough) lane.thoroughAt = nowMs;
    return { lane: lane.name, most, dueFrom: isThorough ? 0 : lane.dueFrom };
  }

  const namedBefore = new Map<string, number>();
  return {
    mayHaveWork(name) {
      if (lanes.size >= maxLanes && !lanes.has(name)) return;
      const lane = laneNamed(name);
      lane.mayHaveWork = true;
      lane.named += 1;
    },
    shares(places) {
      const open = [...lanes.values()]
        .filter((lane) => lane.mayHaveWork && lane.held < mostOfLane)
        // The sort is stable, and the map is in the order in which lanes were last served.
        .sort((left, right) => left.held - right.held)
        .slice(0, places);
      const given = dealOut(open, places, mostOfLane);
      namedBefore.clear();
      return open.flatMap((lane, index) => {
        const most = given[index] ?? 0;
        if (most === 0) return [];
        namedBefore.set(lane.name, lane.named);
        return [shareOf(lane, most)];
      });
    },
    leased(shares, jobs) {
      const taken = new Map<string, number>();
      for (const { lane: name, dueAt, isDead } of jobs) {
        taken.set(name, (taken.get(name) ?? 0) + 1);
        const lane = laneNamed(name);
        if (!isDead) lane.held += 1;
        lane.dueFrom = Math.max(lane.dueFrom, dueAt - cursorMarginMs);
      }
      for (const { lane: name, most } of shares) {
        const lane = laneNamed(name);
        const isEmpty = (taken.get(name) ?? 0) < most && lane.named === namedBefore.get(name);
        if (isEmpty) lane.mayHaveWork = false;
        lanes.delete(name);
        lanes.set(name, lane);
        dropIfIdle(lane);
      }
    },
    ended(name) {
      const lane = laneNamed(name);
      lane.held -= 1;
      dropIfIdle(lane);
    },
  };
}

/** Places one by one to the lane that then has the fewest. @param lanes those with the fewest first */
function dealOut(lanes: readonly Lane[], places: number, mostOfLane: number): readonly number[] {
  const given = lanes.map(() => 0);
  const heldBy = (index: number) => (lanes[index]?.held ?? 0) + (given[index] ?? 0);
  for (let left = places; left > 0; left -= 1) {
    let fewest = 0;
    for (let index = 1; index < lanes.length; index += 1) if (heldBy(index) < heldBy(fewest)) fewest = index;
    if (lanes.length === 0 || heldBy(fewest) >= mostOfLane) break;
    given[fewest] = (given[fewest] ?? 0) + 1;
  }
  return given;
}
