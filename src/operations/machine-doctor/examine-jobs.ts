import type { JobOperations } from '../../core/ports';
import { counted } from '../../verification/check';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

const mostWaitingMs = 300_000;

/** No job was given up, and none waits for long. */
export async function examineJobs(
  withQueue: (work: (queue: JobOperations) => Promise<void>) => Promise<void>,
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  await withQueue(async (queue) => {
    for (const { queue: name, dead, oldestWaitingMs } of await queue.depths()) {
      if (dead > 0)
        found.push(
          ill(
            `${counted(dead, 'dead letter')} of ${name}; there should be none`,
            'Run npx fincore jobs list, and follow docs/how-to/redrive-dead-letters.md.',
          ),
        );
      if ((oldestWaitingMs ?? 0) > mostWaitingMs)
        found.push(
          ill(
            `a job of ${name} waits for ${String(Math.round((oldestWaitingMs ?? 0) / 1_000))} s`,
            'Follow docs/runbook/jobs-waiting.md.',
          ),
        );
    }
  });
  return found.length > 0 ? found : [well('no dead letters, and no job waits for long')];
}
