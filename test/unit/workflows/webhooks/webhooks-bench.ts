import { hash } from 'node:crypto';
import { createIds } from '../../../../src/adapters/embedded/ids';
import { createMemoryDeliveries } from '../../../../src/adapters/memory/deliveries';
import { createMemoryJournal } from '../../../../src/adapters/memory/journal';
import { createHttpSender } from '../../../../src/adapters/webhooks/http-sender';
import { createTargetRules } from '../../../../src/adapters/webhooks/target';
import { publicObjects } from '../../../../src/api/public-objects';
import { bindWebhooks } from '../../../../src/compose/webhooks';
import { createSealedSecrets } from '../../../../src/adapters/webhooks/sealed-secrets';
import { contexts } from '../../../../src/core/contexts';
import { type TenantId, newId, tenantOf } from '../../../../src/core/kernel';
import { chargeCodec, chargeStream, type ChargeEvent } from '../../../../src/core/payments';
import { type Job, type RecordedEvent, RetryLater, toStream } from '../../../../src/core/ports';
import { type WebhookSender, showEvent } from '../../../../src/core/webhooks';
import { createEndpointGate } from '../../../../src/workflows/webhooks/endpoint-gate';
import { jobsForWebhooks } from '../../../../src/workflows/webhooks/webhook-jobs';
import { createWebhooksHandler } from '../../../../src/workflows/webhooks/webhooks-handler';
import { authorized, captured, created } from '../../../support/charges';

export type WebhooksBench = ReturnType<typeof openWebhooksBench>;

const metadata = { actor: 'test', correlationId: 'test' };

/** Webhooks on memory adapters, with a clock of its own and requests over real HTTP unless a sender is given. */
export function openWebhooksBench(
  options: { readonly sender?: WebhookSender; readonly timeoutMs?: number } = {},
) {
  let nowMs = Date.UTC(2026, 10, 21);
  const clock = () => nowMs;
  const ids = createIds();
  const tenant: TenantId = tenantOf(newId('mer', ids), false);
  const journal = createMemoryJournal({ clock });
  const deliveries = createMemoryDeliveries();
  const key = { value: 'sealing key', version: '1' };
  const sealingKeys = () => Promise.resolve({ current: key, previous: null });
  const door = bindWebhooks(journal, deliveries, { sealingKeys, arePrivateAllowed: true });
  const refuseUrl = createTargetRules({ arePrivateAllowed: true });
  const { timeoutMs = 15_000 } = options;
  const http = createHttpSender({ refuseUrl, arePrivateAllowed: true, timeoutMs });
  const queued: Job[] = [];
  const logged: string[] = [];
  const handler = createWebhooksHandler({
    journal,
    deliveries,
    sender: options.sender ?? http,
    secrets: createSealedSecrets(sealingKeys),
    show: showEvent(journal, contexts, publicObjects),
    gate: createEndpointGate(),
    queue: { enqueue: (jobs) => Promise.resolve(void queued.push(...jobs)) },
    clock,
    random: () => 0,
    log: { warn: (_, message) => logged.push(message) },
  });
  const jobsFor = jobsForWebhooks(journal, contexts, (text) => hash('sha256', text, 'hex'));
  let read = 0;

  return {
    tenant,
    journal,
    deliveries,
    door,
    queued,
    logged,
    clock,
    pass(ms: number) {
      nowMs += ms;
    },
    close: () => http.close(),
    async endpoint(url: string, eventTypes: readonly string[] = ['*']) {
      const made = await door.createEndpoint(
        { endpointId: newId('whe', ids), url, description: null, eventTypes, createdAt: nowMs },
        { tenant, metadata },
      );
      if (made.kind !== 'done') throw new Error(JSON.stringify(made));
      const endpointId = made.state.at(-1)?.endpointId;
      if (endpointId === undefined) throw new Error('an endpoint was made');
      return { endpointId, secret: made.secret, context: { tenant, metadata } };
    },
    /** Records a charge that succeeds at once. */
    async charge(events: readonly ChargeEvent[] = [created(), authorized(), captured()]) {
      const chargeId = newId('ch', ids);
      const first = events[0];
      const named = first?.type === 'ChargeCreated' ? [{ ...first, chargeId }, ...events.slice(1)] : events;
      await journal.append(
        toStream({
          tenant,
          stream: chargeStream(chargeId),
          expectedVersion: 0,
          events: named.map((event) => chargeCodec.encode(event)),
          metadata,
        }),
      );
      return chargeId;
    },
    /** The jobs of what was recorded since the last call, as dispatchers make them. */
    async dispatched(): Promise<readonly Job[]> {
      const events: readonly RecordedEvent[] = await journal.read(read, 1_000);
      read = events.at(-1)?.position ?? read;
      return [...(await jobsFor(events)), ...events.flatMap(contexts.jobsFor).filter(ofWebhooks)];
    },
    /** @returns null when it is done, or how long it wants to wait */
    async attempt(job: Job, attempt = 1): Promise<number | null> {
      try {
        await handler({ ...job, attempt });
        return null;
      } catch (error) {
        if (error instanceof RetryLater) return error.minimumDelayMs;
        throw error;
      }
    },
  };
}

const ofWebhooks = ({ queue }: Job): boolean => queue === 'webhooks';
