import type { StartTimer } from '../core/kernel';

/** Timers that end together: one that is started while another runs ends with it, so never later than it was asked to. */
export function sharedTicks(startTimer: StartTimer): StartTimer {
  const waiting = new Set<() => void>();
  return (delayMs, fire) => {
    const entry = () => fire();
    waiting.add(entry);
    if (waiting.size === 1)
      startTimer(delayMs, () => {
        const ended = [...waiting];
        waiting.clear();
        for (const end of ended) end();
      });
    return () => waiting.delete(entry);
  };
}
