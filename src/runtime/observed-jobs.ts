import type { Clock } from '../core/kernel';
import {
  type DeliveredJob,
  type JobHandler,
  type Log,
  type Metrics,
  DeadLetter,
  RetryLater,
} from '../core/ports';

/** A pino or Powertools logger fits, through the one who composes. */
export interface JobLog extends Pick<Log, 'info' | 'warn'> {
  debug(facts: object, message: string): void;
}

export interface JobObservation {
  readonly log: JobLog;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * The same handler, with every attempt in the log under the correlation id of the request that it began with, and
 * counted. A handler that asks for another attempt is in no trouble: it waits for somebody else.
 */
export function observedJobs(handler: JobHandler, { log, metrics, clock }: JobObservation): JobHandler {
  return async (job) => {
    const begunAt = clock();
    const facts = () => ({ ...factsOf(job), elapsedMs: clock() - begunAt });
    try {
      await handler(job);
    } catch (error) {
      if (error instanceof DeadLetter) {
        metrics.record('JobsDead');
        log.warn({ ...facts(), err: error }, 'a job cannot be done');
      } else {
        metrics.record('JobsRetried');
        if (error instanceof RetryLater) log.debug({ ...facts(), cause: error.message }, 'a job waits');
        else log.warn({ ...facts(), err: error }, 'a job failed');
      }
      throw error;
    }
    metrics.record('JobsDone');
    log.debug(facts(), 'a job is done');
  };
}

/** What finds the job's lines, those of its request, and those of the PSP again. No other data: it may be anything. */
function factsOf({ queue, name, key, attempt, data }: DeliveredJob) {
  const { tenant, chargeId, correlationId, causationId, trace } = data;
  return { queue, job: name, key, attempt, tenant, chargeId, correlationId, causationId, trace };
}
