import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../../core/ports';
import type { LostLease } from './pg-boss-tables';

export interface ReaperOptions {
  readonly expire: () => Promise<readonly LostLease[]>;
  /** A lost lease is found at most this long after its end. */
  readonly intervalMs: number;
  readonly onLost: (queue: string) => void;
  readonly log: Log;
}

/**
 * Ends leases whose holder was killed or is too slow, a round per interval. pg-boss' own expiry takes turns
 * with its clearing away, in minutes; a payment must not wait that long for a process that died.
 */
export function startReaper({ expire, intervalMs, onLost, log }: ReaperOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();

  const round = async () => {
    try {
      for (const lost of await expire()) {
        if (lost.dead) log.error(lost, 'a lease ran out on the last attempt: the job is a dead letter');
        else log.warn(lost, 'a lease ran out: the job is delivered again');
        onLost(lost.queue);
      }
    } catch (error) {
      log.error({ err: error }, 'leases that ran out could not be ended; trying again');
    }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await round();
      await pause(intervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
