import { hash } from 'node:crypto';
import { createHttpSender } from '../adapters/webhooks/http-sender';
import { type SealingKeys, createSealedSecrets } from '../adapters/webhooks/sealed-secrets';
import { createTargetRules } from '../adapters/webhooks/target';
import type { BoundWebhooks } from '../api/dependencies';
import { publicObjects } from '../api/public-objects';
import { contexts } from '../core/contexts';
import type { Clock } from '../core/kernel';
import type { JobHandler, JobSender, Journal, Log } from '../core/ports';
import {
  type DeliveryStore,
  type DeliveryTerms,
  type WebhookSecrets,
  type WebhookSender,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  findWebhookEndpoint,
  listWebhookEndpoints,
  pauseWebhookEndpoint,
  replayWebhookDelivery,
  resumeWebhookEndpoint,
  rotateWebhookSecret,
  showEvent,
  showEvents,
  updateWebhookEndpoint,
} from '../core/webhooks';
import { webhookBody } from '../workflows/webhooks/deliver-webhook';
import { createEndpointGate } from '../workflows/webhooks/endpoint-gate';
import { jobsForWebhooks } from '../workflows/webhooks/webhook-jobs';
import { createWebhooksHandler } from '../workflows/webhooks/webhooks-handler';

export interface WebhookSettings {
  readonly sealingKeys: SealingKeys;
  /** Lets test endpoints be on this machine or network. */
  readonly arePrivateAllowed: boolean;
}

/** The use cases of webhooks, as the API offers them. */
export function bindWebhooks(
  journal: Journal,
  deliveries: DeliveryStore,
  { sealingKeys, arePrivateAllowed }: WebhookSettings,
): BoundWebhooks {
  const secrets = createSealedSecrets(sealingKeys);
  const rules = { knownTypes: contexts.publicTypes, refuseUrl: createTargetRules({ arePrivateAllowed }) };
  const show = showEvent(journal, contexts, publicObjects);
  return {
    eventTypes: contexts.publicTypes,
    showEvents: showEvents(journal, contexts, publicObjects),
    createEndpoint: createWebhookEndpoint(journal, secrets, rules),
    updateEndpoint: updateWebhookEndpoint(journal, rules),
    rotateSecret: rotateWebhookSecret(journal, secrets),
    pauseEndpoint: pauseWebhookEndpoint(journal),
    resumeEndpoint: resumeWebhookEndpoint(journal),
    deleteEndpoint: deleteWebhookEndpoint(journal),
    listEndpoints: listWebhookEndpoints(journal),
    findEndpoint: findWebhookEndpoint(journal),
    replayDelivery: replayWebhookDelivery(journal),
    deliveries,
    async bodyOf(delivery: DeliveryTerms) {
      const event = await show(delivery);
      return event === null ? null : webhookBody(event);
    },
  };
}

/** The deliveries that events ask for. */
export const deliveriesOf = (journal: Journal) =>
  jobsForWebhooks(journal, contexts, (text) => hash('sha256', text, 'hex'));

/** What the jobs of webhooks reach the outside with. */
export interface WebhookPorts {
  readonly sender: WebhookSender;
  readonly secrets: WebhookSecrets;
}

/** The same over HTTP. */
export const openWebhookPorts = ({ sealingKeys, arePrivateAllowed }: WebhookSettings): WebhookPorts => ({
  sender: createHttpSender({ arePrivateAllowed, refuseUrl: createTargetRules({ arePrivateAllowed }) }),
  secrets: createSealedSecrets(sealingKeys),
});

export interface WebhooksWorkerOptions {
  readonly journal: Journal;
  readonly deliveries: DeliveryStore;
  readonly queue: JobSender;
  readonly webhooks: WebhookPorts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** The handler of every job of webhooks. */
export const openWebhooksWorker = ({ webhooks, ...options }: WebhooksWorkerOptions): JobHandler =>
  createWebhooksHandler({
    ...options,
    ...webhooks,
    show: showEvent(options.journal, contexts, publicObjects),
    gate: createEndpointGate(),
  });
