import { type Context, type EventFacts, type PublicEventType, type Registry, streamKind } from '../ports';
import { webhookEndpointCodec } from './codec';
import { type WebhookErrorCode, webhooksCatalogue } from './errors';
import type { WebhookEndpointEvent } from './events';
import { createEventsReadModel } from './events-read-model';
import { webhookEndpointsPrefix } from './use-cases/webhook-endpoints-stream';
import {
  jobOfDelivery,
  maxRequestsPerEndpoint,
  releaseJob,
  webhooksQueue,
  webhooksRetry,
} from './webhook-jobs';

export const webhooksPublicTypes = {
  'webhook_endpoint.disabled': {
    object: 'webhook_endpoint',
    meaning:
      'The last attempt of a delivery failed, or the endpoint answered 410: nothing is sent until it is resumed.',
  },
} as const satisfies Readonly<Record<string, PublicEventType>>;

const fact = <Event extends WebhookEndpointEvent>(
  action: string,
  meaning: string,
  jobs: EventFacts<Event>['jobs'],
): EventFacts<Event> => ({ action, meaning, movement: null, effects: null, jobs, publicEvent: null });

const release: EventFacts<Extract<WebhookEndpointEvent, { endpointId: unknown }>>['jobs'] = (
  { endpointId },
  recorded,
) => [releaseJob(recorded, endpointId)];

/**
 * Events as merchants see them, and the endpoints that receive them.
 * @param registry of all contexts, this one included
 */
export const createWebhooksContext = ({
  publicEventOf,
}: Pick<Registry, 'publicEventOf'>): Context<WebhookErrorCode> => ({
  name: 'webhooks',
  streams: [
    streamKind<WebhookEndpointEvent>({
      title: 'Webhook endpoints',
      prefix: webhookEndpointsPrefix,
      subject: 'the tenant',
      codec: webhookEndpointCodec,
      parts: ['endpointId'],
      facts: {
        WebhookEndpointCreated: fact(
          'CreateWebhookEndpoint',
          'A merchant named an address that receives events.',
          null,
        ),
        WebhookEndpointUpdated: fact(
          'UpdateWebhookEndpoint',
          'The address, the filter or the description of an endpoint changed.',
          null,
        ),
        WebhookEndpointPaused: fact(
          'PauseWebhookEndpoint',
          'What happens from now on waits until the endpoint is resumed.',
          null,
        ),
        WebhookEndpointResumed: fact(
          'ResumeWebhookEndpoint',
          'A paused or disabled endpoint receives events again.',
          release,
        ),
        WebhookEndpointDisabled: {
          ...fact(
            'DisableWebhookEndpoint',
            'An endpoint failed for good; the reason is in `reason`. It receives nothing more.',
            release,
          ),
          publicEvent: ({ endpointId }) => ({
            type: 'webhook_endpoint.disabled',
            object: 'webhook_endpoint',
            objectId: endpointId,
          }),
        },
        WebhookSecretRotated: fact(
          'RotateWebhookSecret',
          'Another secret signs from now on; until `previousExpiresAt` the old one signs too.',
          null,
        ),
        WebhookEndpointDeleted: fact('DeleteWebhookEndpoint', 'The endpoint receives nothing more.', release),
        WebhookReplayed: fact(
          'ReplayWebhookDelivery',
          'Somebody wants an event to be sent to an endpoint once more.',
          (event, { tenant }) => [
            jobOfDelivery({
              deliveryId: event.deliveryId,
              tenant,
              endpointId: event.endpointId,
              eventId: event.eventId,
              eventType: event.eventType,
              stream: event.eventStream,
              version: event.eventVersion,
              createdAt: event.requestedAt,
            }),
          ],
        ),
      },
    }),
  ],
  chart: {},
  queues: [
    {
      name: webhooksQueue,
      retry: webhooksRetry,
      isPrompt: false,
      concurrency: 64,
      laneConcurrency: maxRequestsPerEndpoint,
    },
  ],
  opensSecrets: true,
  readModels: [createEventsReadModel(publicEventOf)],
  refusals: webhooksCatalogue,
  publicTypes: webhooksPublicTypes,
});
