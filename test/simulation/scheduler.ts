import { createEventHeap } from './event-heap';

/** Virtual time: one heap of events, and nothing that happens outside it. */
export interface Scheduler {
  /** Whole milliseconds since the Unix epoch, in the simulated world. */
  readonly now: () => number;
  /** Events so far; orders what happens within one millisecond. */
  readonly step: () => number;
  /** @returns takes the event back */
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly sleep: (delayMs: number) => Promise<void>;
  /** Runs until nothing more is scheduled, `isOver` holds, or the bound is reached. */
  run(options: {
    readonly maxSteps: number;
    readonly isOver: () => boolean;
  }): Promise<'at rest' | 'over' | 'bound reached'>;
}

export function createScheduler(startMs: number): Scheduler {
  const heap = createEventHeap();
  let nowMs = startMs;
  let sequence = 0;
  let steps = 0;

  function after(delayMs: number, run: () => void): () => void {
    const event = { atMs: nowMs + Math.ceil(delayMs), sequence: (sequence += 1), run, isCanceled: false };
    heap.push(event);
    return () => {
      event.isCanceled = true;
    };
  }

  return {
    now: () => nowMs,
    step: () => steps,
    after,
    sleep: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    async run({ maxSteps, isOver }) {
      for (;;) {
        const event = heap.pop();
        if (event === undefined) return 'at rest';
        if (event.isCanceled) continue;
        if (steps >= maxSteps) return 'bound reached';
        steps += 1;
        nowMs = event.atMs;
        event.run();
        await promisesSettled();
        if (isOver()) return 'over';
      }
    },
  };
}

/** What follows from an event by promises alone belongs to the event: it all happens before the next one. */
const promisesSettled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
