import type { Clock, Ids, TenantId } from '../core/kernel';
import { assert } from '../core/kernel';
import type { JobHandler, JobSender, Journal, Log, Provider, PspGateway } from '../core/ports';
import type { DeliveryStore } from '../core/webhooks';
import { withResolutions } from '../workflows/jobs/resolution-job';
import { createPaymentsHandler } from '../workflows/payments/payments-handler';
import { type WebhookPorts, openWebhooksWorker } from './webhooks';

/** What jobs are done with. */
export interface JobParts {
  readonly journal: Journal;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly queue: JobSender;
  readonly deliveries: DeliveryStore;
  readonly webhooks: WebhookPorts;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly log: Pick<Log, 'error' | 'warn'>;
}

/** Does the jobs of each context that has queues. A context adds its line. */
const handlers: Readonly<Record<string, (parts: JobParts) => JobHandler>> = {
  payments: createPaymentsHandler,
  webhooks: openWebhooksWorker,
};

/** The handler of a context's jobs, and of resolutions of its dead letters. */
export function createJobHandler(context: string, parts: JobParts): JobHandler {
  const create = handlers[context];
  assert(create !== undefined, `the context ${context} has a handler of its jobs`);
  return withResolutions(create(parts), parts);
}
