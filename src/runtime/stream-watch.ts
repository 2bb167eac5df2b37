import type { RecordedEvent, StreamWatch } from '../core/ports';
import type { StartTimer } from '../core/kernel';

/** Those who wait for a stream, woken by the events that the feed's tail passes on. */
export function createStreamWatch(
  startTimer: StartTimer,
): StreamWatch & { notify(events: readonly RecordedEvent[]): void } {
  const watchers = new Map<string, Set<() => void>>();

  return {
    notify(events) {
      if (watchers.size === 0) return;
      for (const { stream } of events) for (const wake of watchers.get(stream) ?? []) wake();
    },
    watch(stream) {
      // A change between two waits must not get lost, hence the flag beside the callback.
      let hasChanged = false;
      let resume: ((changed: boolean) => void) | null = null;
      const wake = () => {
        hasChanged = true;
        resume?.(true);
      };
      const those = watchers.get(stream) ?? new Set<() => void>();
      watchers.set(stream, those.add(wake));
      return {
        async changed(timeoutMs) {
          if (!hasChanged) {
            await new Promise<boolean>((resolve) => {
              const stopTimer = startTimer(timeoutMs, () => resolve(false));
              resume = (changed) => {
                stopTimer();
                resolve(changed);
              };
            });
            resume = null;
          }
          const changed = hasChanged;
          hasChanged = false;
          return changed;
        },
        stop() {
          those.delete(wake);
          if (those.size === 0) watchers.delete(stream);
        },
      };
    },
  };
}
