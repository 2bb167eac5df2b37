import { type Result, type WebhookEndpointId, accept, assert, refuse } from '../kernel';
import type {
  CreateWebhookEndpoint,
  DisableWebhookEndpoint,
  ReplayWebhookDelivery,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
} from './commands';
import { type WebhookEndpoint, type WebhookEndpoints, endpointOf, everyEventType } from './endpoints';
import type { WebhookErrorCode } from './errors';
import type { WebhookEndpointEvent } from './events';

export type Decision = Result<readonly WebhookEndpointEvent[], WebhookErrorCode>;

/** Endpoints of one tenant at the same time: each event is a job for each of them. */
export const maxWebhookEndpoints = 16;

/** The longest URL, in characters. */
export const maxWebhookUrlCharacters = 2_048;

/** Long enough to redeploy every receiver that holds the old secret. */
export const defaultSecretOverlapMs = 24 * 60 * 60 * 1_000;
export const maxSecretOverlapMs = 7 * 24 * 60 * 60 * 1_000;

/** What decisions need to know beside the endpoints. */
export interface EndpointRules {
  /** Every type that a filter may name. */
  readonly knownTypes: { has(type: string): boolean };
  /** Null for a URL that may be called, else why not, as a clause that follows "The URL". */
  readonly refuseUrl: (url: string) => string | null;
}

export function createEndpoint(
  endpoints: WebhookEndpoints,
  command: CreateWebhookEndpoint,
  sealedSecret: string,
  rules: EndpointRules,
): Decision {
  const { endpointId, url, description, eventTypes, createdAt } = command;
  const refusal = refuseTerms(command, rules);
  if (refusal !== null) return refusal;
  if (endpoints.length >= maxWebhookEndpoints)
    return refuse(
      'too_many_webhook_endpoints',
      `There are ${String(endpoints.length)} webhook endpoints; ${String(maxWebhookEndpoints)} are allowed.`,
    );
  return accept([
    {
      type: 'WebhookEndpointCreated',
      endpointId,
      url,
      description,
      eventTypes: [...new Set(eventTypes)],
      sealedSecret,
      createdAt,
    },
  ]);
}

export const updateEndpoint = (
  endpoints: WebhookEndpoints,
  { endpointId, ...change }: UpdateWebhookEndpoint,
  rules: EndpointRules,
): Decision =>
  about(endpoints, endpointId, ({ url, description, eventTypes }) => {
    const terms = { url, description, eventTypes, ...change };
    const refusal = refuseTerms(terms, rules);
    if (refusal !== null) return refusal;
    const types = [...new Set(terms.eventTypes)];
    return accept([{ type: 'WebhookEndpointUpdated', endpointId, ...terms, eventTypes: types }]);
  });

/** Pausing a paused endpoint again is written down all the same: its answer is kept with that event for a retry. */
export const pauseEndpoint = (endpoints: WebhookEndpoints, endpointId: WebhookEndpointId): Decision =>
  about(endpoints, endpointId, () => accept([{ type: 'WebhookEndpointPaused', endpointId }]));

export const resumeEndpoint = (endpoints: WebhookEndpoints, endpointId: WebhookEndpointId): Decision =>
  about(endpoints, endpointId, () => accept([{ type: 'WebhookEndpointResumed', endpointId }]));

export const deleteEndpoint = (endpoints: WebhookEndpoints, endpointId: WebhookEndpointId): Decision =>
  about(endpoints, endpointId, () => accept([{ type: 'WebhookEndpointDeleted', endpointId }]));

/** A third secret would leave receivers behind that still hold the first, unless nobody is to hold an old one. */
export const rotateSecret = (
  endpoints: WebhookEndpoints,
  { endpointId, overlapMs, rotatedAt }: RotateWebhookSecret,
  sealedSecret: string,
): Decision =>
  about(endpoints, endpointId, ({ previous }) => {
    assert(overlapMs >= 0 && overlapMs <= maxSecretOverlapMs, 'the schema bounds the overlap');
    if (overlapMs > 0 && previous !== null && rotatedAt < previous.expiresAt)
      return refuse(
        'secret_rotation_in_progress',
        `The secret before this one signs too, until ${new Date(previous.expiresAt).toISOString()}.`,
      );
    const previousExpiresAt = rotatedAt + overlapMs;
    return accept([{ type: 'WebhookSecretRotated', endpointId, sealedSecret, previousExpiresAt }]);
  });

export const replayDelivery = (
  endpoints: WebhookEndpoints,
  { replayed, deliveryId, requestedAt }: ReplayWebhookDelivery,
): Decision =>
  about(endpoints, replayed.endpointId, ({ endpointId, status }) =>
    status === 'active'
      ? accept([
          {
            type: 'WebhookReplayed',
            endpointId,
            deliveryId,
            eventId: replayed.eventId,
            eventType: replayed.eventType,
            eventStream: replayed.stream,
            eventVersion: replayed.version,
            requestedAt,
          },
        ])
      : refuse('webhook_endpoint_not_active', `The webhook endpoint ${endpointId} is ${status}.`),
  );

/** Nothing changes for an endpoint that is disabled or deleted already. */
export function disableEndpoint(endpoints: WebhookEndpoints, command: DisableWebhookEndpoint): Decision {
  const endpoint = endpointOf(endpoints, command.endpointId);
  if (endpoint === undefined || endpoint.status === 'disabled') return accept([]);
  return accept([{ type: 'WebhookEndpointDisabled', ...command }]);
}

function about(
  endpoints: WebhookEndpoints,
  endpointId: WebhookEndpointId,
  decide: (endpoint: WebhookEndpoint) => Decision,
): Decision {
  const endpoint = endpointOf(endpoints, endpointId);
  return endpoint === undefined
    ? refuse('webhook_endpoint_not_found', `There is no webhook endpoint ${endpointId}.`)
    : decide(endpoint);
}

function refuseTerms(
  { url, eventTypes }: { readonly url: string; readonly eventTypes: readonly string[] },
  { knownTypes, refuseUrl }: EndpointRules,
) {
  const reason = refuseUrl(url);
  if (reason !== null) return refuse('webhook_url_refused', `The URL ${reason}.`, '/url');
  const index = eventTypes.findIndex((type) => type !== everyEventType && !knownTypes.has(type));
  if (index >= 0)
    return refuse(
      'event_type_unknown',
      `No event has the type ${JSON.stringify(eventTypes[index])}.`,
      `/event_types/${String(index)}`,
    );
  return null;
}
