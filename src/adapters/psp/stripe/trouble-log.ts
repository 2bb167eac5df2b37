import type { Clock } from '../../../core/kernel';

/** Between two lines about the same trouble. */
const quietMs = 60_000;

export interface TroubleLog {
  failed(reason: string): void;
  answered(): void;
}

/**
 * Logs the first request that fails through the provider's own fault at once, and after that at most one line in a
 * minute, with the number of requests that failed since the line before.
 */
export function createTroubleLog(log: (line: string) => void, clock: Clock): TroubleLog {
  let loggedAt: number | null = null;
  let unreported = 0;
  const isQuiet = (): boolean => loggedAt !== null && clock() - loggedAt < quietMs;

  function write(line: string): void {
    log(line);
    loggedAt = clock();
    unreported = 0;
  }

  return {
    failed(reason) {
      unreported += 1;
      if (isQuiet()) return;
      const since = unreported === 1 ? '' : ` ${String(unreported)} requests failed since the line before.`;
      write(`Stripe is in trouble: ${reason}${since}`);
    },
    answered() {
      if (unreported === 0 || isQuiet()) return;
      write(`Stripe answers. ${String(unreported)} requests failed since the line before.`);
    },
  };
}
