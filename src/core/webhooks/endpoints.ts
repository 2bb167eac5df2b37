import { type Decider, type WebhookEndpointId, assert } from '../kernel';
import type { DisableReason, WebhookEndpointEvent } from './events';

export type WebhookEndpointStatus = 'active' | 'paused' | 'disabled';

export interface WebhookEndpoint {
  readonly endpointId: WebhookEndpointId;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly string[];
  readonly status: WebhookEndpointStatus;
  /** Null unless disabled. */
  readonly disabledFor: DisableReason | null;
  readonly sealedSecret: string;
  /** The secret before, which signs as well until then; null when there is none. */
  readonly previous: { readonly sealedSecret: string; readonly expiresAt: number } | null;
  readonly createdAt: number;
  /** How often it was resumed: what was held back is sent once for each time. */
  readonly resumptions: number;
}

/** The endpoints of one tenant, oldest first. */
export type WebhookEndpoints = readonly WebhookEndpoint[];

/** Matches every type of events. */
export const everyEventType = '*';

/** Whether the endpoint asked for events of the type. */
export const wants = ({ eventTypes }: Pick<WebhookEndpoint, 'eventTypes'>, type: string): boolean =>
  eventTypes.includes(everyEventType) || eventTypes.includes(type);

export const endpointOf = (
  endpoints: WebhookEndpoints,
  endpointId: WebhookEndpointId,
): WebhookEndpoint | undefined => endpoints.find((known) => known.endpointId === endpointId);

/** The sealed secrets that sign now, the newest first. */
export const signingSecrets = (
  { sealedSecret, previous }: Pick<WebhookEndpoint, 'sealedSecret' | 'previous'>,
  nowMs: number,
): readonly string[] =>
  previous !== null && nowMs < previous.expiresAt ? [sealedSecret, previous.sealedSecret] : [sealedSecret];

export const webhookEndpointsDecider: Decider<WebhookEndpoints, WebhookEndpointEvent> = {
  initial: [],
  evolve,
};

function evolve(endpoints: WebhookEndpoints, event: WebhookEndpointEvent): WebhookEndpoints {
  if (event.type === 'WebhookEndpointCreated') {
    const { type: _, ...terms } = event;
    const created = {
      ...terms,
      status: 'active',
      disabledFor: null,
      previous: null,
      resumptions: 0,
    } as const;
    return [...endpoints, created];
  }
  assert(
    endpointOf(endpoints, event.endpointId) !== undefined,
    `${event.type} follows WebhookEndpointCreated`,
  );
  if (event.type === 'WebhookEndpointDeleted')
    return endpoints.filter(({ endpointId }) => endpointId !== event.endpointId);
  return endpoints.map((endpoint) =>
    endpoint.endpointId === event.endpointId ? changed(endpoint, event) : endpoint,
  );
}

type Change = Exclude<
  WebhookEndpointEvent,
  { readonly type: 'WebhookEndpointCreated' | 'WebhookEndpointDeleted' }
>;

function changed(endpoint: WebhookEndpoint, event: Change): WebhookEndpoint {
  switch (event.type) {
    case 'WebhookEndpointUpdated': {
      const { url, description, eventTypes } = event;
      return { ...endpoint, url, description, eventTypes };
    }
    case 'WebhookEndpointPaused':
      return { ...endpoint, status: 'paused', disabledFor: null };
    case 'WebhookEndpointResumed':
      return { ...endpoint, status: 'active', disabledFor: null, resumptions: endpoint.resumptions + 1 };
    case 'WebhookEndpointDisabled':
      return { ...endpoint, status: 'disabled', disabledFor: event.reason };
    case 'WebhookSecretRotated': {
      const previous = { sealedSecret: endpoint.sealedSecret, expiresAt: event.previousExpiresAt };
      return { ...endpoint, sealedSecret: event.sealedSecret, previous };
    }
    case 'WebhookReplayed':
      return endpoint;
  }
}
