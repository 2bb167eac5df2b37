import type { Clock, Ids, TenantId } from '../core/kernel';
import { assert } from '../core/kernel';
import type { JobHandler, Journal, Provider, PspGateway } from '../core/ports';
import { withResolutions } from '../workflows/jobs/resolution-job';
import { createPaymentsHandler } from '../workflows/payments/payments-handler';

/** What jobs are done with. */
export interface JobParts {
  readonly journal: Journal;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Does the jobs of each context that has queues. A context adds its line. */
const handlers: Readonly<Record<string, (parts: JobParts) => JobHandler>> = {
  payments: createPaymentsHandler,
};

/** The handler of a context's jobs, and of resolutions of its dead letters. */
export function createJobHandler(context: string, parts: JobParts): JobHandler {
  const create = handlers[context];
  assert(create !== undefined, `the context ${context} has a handler of its jobs`);
  return withResolutions(create(parts), parts);
}
