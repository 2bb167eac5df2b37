import { assert } from '../../core/kernel';
import type { DeliveredJob, JobHandler, JobSender } from '../../core/ports';
import { type WebhookJobName, jobOfDelivery, releaseOf } from '../../core/webhooks';
import { type WebhooksWorkerDependencies, deliverWebhook } from './deliver-webhook';

export interface WebhooksHandlerDependencies extends WebhooksWorkerDependencies {
  readonly queue: JobSender;
}

type Step = (dependencies: WebhooksHandlerDependencies, job: DeliveredJob) => Promise<void>;

const steps: Readonly<Record<WebhookJobName, Step>> = {
  'deliver-webhook': deliverWebhook,
  'release-deliveries': releaseDeliveries,
};

/** The handler of every job of webhooks. */
export function createWebhooksHandler(dependencies: WebhooksHandlerDependencies): JobHandler {
  return async (job) => {
    assert(job.name in steps, `${job.name} is a job of webhooks`);
    await steps[job.name as WebhookJobName](dependencies, job);
  };
}

const pageLimit = 500;

/** Hands held deliveries to the queue again; each finds for itself what its endpoint is by then. */
async function releaseDeliveries(
  { deliveries, queue }: WebhooksHandlerDependencies,
  { key, data }: DeliveredJob,
): Promise<void> {
  const { tenant, endpointId, round } = releaseOf({ key, data });
  let after = '';
  for (;;) {
    const held = await deliveries.held({ tenant, endpointId }, { after, limit: pageLimit });
    await queue.enqueue(held.map((delivery) => jobOfDelivery(delivery, round)));
    const last = held.at(-1);
    if (last === undefined || held.length < pageLimit) return;
    after = last.deliveryId;
  }
}
