import { type StartTimer, createWait } from '../core/kernel';
import type { Log } from '../core/ports';

/** Rows that are kept for a time only. */
export interface Retained {
  /** As metrics and logs name them. */
  readonly name: string;
  /** Forgets up to `limit` rows whose time is over. @returns how many */
  readonly forget: (limit: number) => Promise<number>;
}

export interface RetentionOptions {
  readonly startTimer: StartTimer;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Receives how many rows a round has forgotten. @default nothing counts them */
  readonly onForgotten?: (name: string, count: number) => void;
  /** @default one hour */
  readonly intervalMs?: number;
}

const defaultIntervalMs = 3_600_000;
/** Few enough that no statement holds up a request. */
const rowsPerStatement = 2_000;

/**
 * Forgets rows whose time is over, now and after each interval. What fails is logged and tried again in the next round.
 * Several processes may do so at once.
 */
export function startRetention(
  retained: readonly Retained[],
  { startTimer, log, onForgotten, intervalMs = defaultIntervalMs }: RetentionOptions,
): { stop(): Promise<void> } {
  const wait = createWait(startTimer);
  let isStopped = false;
  const isStopping = () => isStopped;

  async function round({ name, forget }: Retained): Promise<void> {
    let total = 0;
    try {
      for (let count = rowsPerStatement; count === rowsPerStatement && !isStopping();) {
        count = await forget(rowsPerStatement);
        total += count;
        onForgotten?.(name, count);
      }
    } catch (error) {
      log.error(
        { err: error, kept: name },
        'rows whose time is over could not be forgotten; trying again later',
      );
    }
    if (total > 0) log.info({ kept: name, count: total }, 'rows whose time is over were forgotten');
  }

  const run = async () => {
    while (!isStopping()) {
      for (const each of retained) if (!isStopping()) await round(each);
      await wait.sleep(intervalMs);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      wait.close();
      await running;
    },
  };
}
