import { createWait } from '../../../core/kernel';
import { startTimer } from '../../postgres/start-timer';

/** How much one worker may hold: handlers in progress, and outcomes that are not yet written. */
export interface Capacity {
  /** How many jobs may be fetched now. */
  room(): number;
  /** Handlers in progress and outcomes not yet written. */
  held(): number;
  handlerStarted(): void;
  handlerEnded(): void;
  outcomeWritten(): void;
  /** Resolves when a job may be fetched; with a backlog, a little later, so that one statement fetches several. */
  roomForMore(hasBacklog: boolean): Promise<void>;
  /** Resolves when nothing is held, or after the time-out. */
  emptied(timeoutMs: number): Promise<void>;
  /** Ends the wait for room. */
  close(): void;
}

/** One statement never takes more, however large the concurrency. */
const maxFetch = 500;
/** With a backlog, fetching waits for this share of the concurrency to be free, but not longer than `lingerMs`. */
const lingerShare = 1 / 8;
const lingerMs = 3;
/** Only a bound: anyone who makes room also wakes the waiter. */
const longestWaitMs = 1_000;

/**
 * Outcomes that wait to be written count against a second capacity of the same size: fetching and writing go
 * on side by side, and still a slow database holds up the fetching before anything piles up.
 */
export function createCapacity(concurrency: number): Capacity {
  const freed = createWait(startTimer);
  let running = 0;
  let unwritten = 0;
  let closed = false;

  const held = () => running + unwritten;
  const room = () => Math.min(concurrency - running, 2 * concurrency - held(), maxFetch);
  const roomForMore = async (hasBacklog: boolean) => {
    const wanted = hasBacklog ? Math.max(1, Math.floor(concurrency * lingerShare)) : 1;
    const lingerUntil = performance.now() + lingerMs;
    while (!closed && room() < wanted) {
      const leftMs = lingerUntil - performance.now();
      if (room() > 0 && leftMs <= 0) return;
      await freed.sleep(room() > 0 ? leftMs : longestWaitMs);
    }
  };
  const emptied = async (timeoutMs: number) => {
    const giveUpAt = performance.now() + timeoutMs;
    while (held() > 0) {
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0) return;
      await freed.sleep(leftMs);
    }
  };
  return {
    room,
    held,
    handlerStarted: () => {
      running += 1;
    },
    handlerEnded: () => {
      running -= 1;
      unwritten += 1;
      freed.wake();
    },
    outcomeWritten: () => {
      unwritten -= 1;
      freed.wake();
    },
    roomForMore,
    emptied,
    close: () => {
      closed = true;
      freed.wake();
    },
  };
}
