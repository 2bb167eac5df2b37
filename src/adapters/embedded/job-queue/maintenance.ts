import type { Pool } from 'pg';
import { createWait } from '../../../core/kernel';
import type { Log } from '../../../core/ports';
import { startTimer } from '../../postgres/start-timer';
import { forgetKeys } from './queries/forget-keys';

export interface MaintenanceOptions {
  readonly keepKeysDays: number;
  readonly intervalMs: number;
  readonly log: Log;
}

/** Forgets keys whose time is over, a round for each interval. The first round comes after the first interval. */
export function startMaintenance(
  pool: Pool,
  { keepKeysDays, intervalMs, log }: MaintenanceOptions,
): { stop(): Promise<void> } {
  const wait = createWait(startTimer);
  let isStopped = false;
  const isStopping = () => isStopped;

  const run = async () => {
    await wait.sleep(intervalMs);
    while (!isStopping()) {
      const forgotten = await forgetKeys(pool, keepKeysDays).catch((error: unknown) => {
        log.error({ err: error }, 'keys of done jobs could not be forgotten; trying again later');
        return 0;
      });
      if (forgotten === 0) await wait.sleep(intervalMs);
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
