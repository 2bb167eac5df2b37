import type { StartTimer } from '../../core/kernel';

/** Timers of this process. */
export const startTimer: StartTimer = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
};
