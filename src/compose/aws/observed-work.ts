import type { Clock } from '../../core/kernel';
import type { JobHandler } from '../../core/ports';
import { observedJobs } from '../../runtime/observed-jobs';
import type { FunctionObservation } from './observe-function';

/**
 * The handler of a function's jobs, each of them in the log and in the trace under the correlation id of its request.
 * What is a line for those who look for faults on one machine is one of the log here: nothing else leads from a
 * request to what the PSP was asked for it.
 */
export function observedWork(
  handler: JobHandler,
  { log, counts, traced }: Pick<FunctionObservation, 'log' | 'counts' | 'traced'>,
  clock: Clock,
): JobHandler {
  const observed = observedJobs(handler, {
    log: { ...log, debug: (facts, message) => log.info(facts, message) },
    metrics: counts,
    clock,
  });
  return (job) => {
    const { correlationId, trace, chargeId } = job.data;
    const facts = { correlationId, trace, chargeId, key: job.key, attempt: job.attempt };
    return traced(job.name, facts, () => observed(job));
  };
}
