import type { StartTimer } from '../runtime/timer';

/** Timers of this process. */
export const startTimer: StartTimer = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
};
