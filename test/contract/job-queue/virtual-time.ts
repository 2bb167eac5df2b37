import type { Schedule } from '../../../src/adapters/memory/job-queue';

/** A clock that moves only from one scheduled call to the next, so that hours pass in no time. */
export interface VirtualTime {
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly until: (condition: () => boolean | Promise<boolean>) => Promise<void>;
}

const maxSteps = 100_000;

export function createVirtualTime(startMs: number): VirtualTime {
  let nowMs = startMs;
  let calls: { readonly at: number; readonly run: () => void }[] = [];

  const step = () => {
    const at = Math.min(...calls.map((call) => call.at));
    const due = calls.filter((call) => call.at === at);
    calls = calls.filter((call) => call.at !== at);
    nowMs = Math.max(nowMs, at);
    for (const call of due) call.run();
  };
  return {
    now: () => nowMs,
    schedule: (delayMs, run) => {
      const call = { at: nowMs + delayMs, run };
      calls.push(call);
      return () => {
        calls = calls.filter((other) => other !== call);
      };
    },
    until: async (condition) => {
      for (let steps = 0; steps < maxSteps; steps += 1) {
        // Everything that follows from the last step by promises alone happens before time moves on.
        await new Promise((resolve) => setImmediate(resolve));
        if (await condition()) return;
        if (calls.length === 0) throw new Error('nothing more is going to happen');
        step();
      }
      throw new Error(`the condition did not hold within ${String(maxSteps)} steps`);
    },
  };
}
