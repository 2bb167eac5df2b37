import { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { errorFacts, scrubbed } from '../../api/logging/scrub';
import type { Log, Metrics } from '../../core/ports';
import { metricsOf, recordTo } from '../../adapters/aws/metrics/emit-metrics';
import { type TracedWork, traceWork } from '../../adapters/aws/tracing/traced-work';

/** What the middleware of a function is made with, and the same as ports for what the function does. */
export interface FunctionObservation {
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: PowertoolsMetrics;
  readonly log: Log & { debug(facts: object, message: string): void };
  readonly counts: Metrics;
  readonly traced: TracedWork;
}

/** @param service the function's name, as metrics and alarms know it: `worker` */
export function observeFunction(
  service: string,
  environment: { readonly FINCORE_STAGE: string },
): FunctionObservation {
  const logger = new Logger({
    serviceName: service,
    persistentKeys: { stage: environment.FINCORE_STAGE },
    // The last step before the line is written, so that no call can forget it.
    jsonReplacerFn: (_key, value) => (typeof value === 'string' ? scrubbed(value) : value),
  });
  const metrics = metricsOf(service, environment);
  const tracer = new Tracer({ serviceName: service });
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (facts: object, message: string): void =>
      logger[level](message, factsOf(facts));
  return {
    logger,
    tracer,
    metrics,
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    counts: recordTo(metrics),
    traced: traceWork(tracer),
  };
}

const factsOf = (facts: object): Record<string, unknown> =>
  'err' in facts ? { ...facts, err: errorFacts(facts.err) } : { ...facts };
