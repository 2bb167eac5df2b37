import type { Sha256, TenantId } from '../../core/kernel';
import type { Job, Journal, PublicEvent, RecordedEvent, Registry } from '../../core/ports';
import { deliveryJob, listWebhookEndpoints, wants } from '../../core/webhooks';

/**
 * The deliveries that a batch of events asks for: one for each public event and each endpoint of its tenant that wants
 * it. A paused endpoint gets its deliveries too, which are held; a disabled one gets none.
 */
export const jobsForWebhooks = (
  journal: Pick<Journal, 'readStream'>,
  { publicEventOf }: Pick<Registry, 'publicEventOf'>,
  sha256: Sha256,
) => {
  const endpointsOf = listWebhookEndpoints(journal);
  return async (events: readonly RecordedEvent[]): Promise<readonly Job[]> => {
    const byTenant = new Map<TenantId, PublicEvent[]>();
    for (const recorded of events) {
      const event = publicEventOf(recorded);
      if (event === null) continue;
      const known = byTenant.get(recorded.tenant);
      if (known === undefined) byTenant.set(recorded.tenant, [event]);
      else known.push(event);
    }
    const jobs = [...byTenant].map(async ([tenant, ofTenant]) => {
      const endpoints = (await endpointsOf(tenant)).filter(({ status }) => status !== 'disabled');
      return ofTenant.flatMap((event) =>
        endpoints
          .filter((endpoint) => wants(endpoint, event.type))
          .map(({ endpointId }) => deliveryJob(sha256, event, endpointId)),
      );
    });
    return (await Promise.all(jobs)).flat();
  };
};
