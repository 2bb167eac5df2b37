import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import { newId, randomText } from '../store/ids';
import { invalidRequest, missingParameter, noSuch } from '../wire/api-error';
import { listOf } from '../wire/list';
import type { Parameters } from '../wire/parameters';
import { apiVersion } from '../wire/api-version';
import { apiVersions, enabledEvents } from '../webhooks/endpoint-values';
import { renderWebhookEndpoint, type WebhookEndpointState } from './webhook-endpoint-state';

/** @source docs.stripe.com/webhooks: at most sixteen endpoints. */
const endpointLimit = 16;

const reply = (state: WebhookEndpointState): Reply => ({ kind: 'webhook_endpoint', state });

function find({ unit, id }: Call): WebhookEndpointState {
  const endpoint = unit.get('webhook_endpoint', id);
  if (endpoint === undefined || endpoint.deleted === true)
    throw noSuch('webhook endpoint', id, 'webhook_endpoint');
  return endpoint;
}

function create({ unit, parameters }: Call): Reply {
  const enabledEvents = eventsOf(parameters);
  if (enabledEvents === undefined) throw missingParameter('enabled_events');
  const alive = [...unit.account.collections.webhook_endpoint].filter(({ deleted }) => deleted !== true);
  if (alive.length >= endpointLimit) {
    throw invalidRequest(`You have reached the maximum of ${endpointLimit} test webhook endpoints.`, {});
  }
  const state = unit.put({
    kind: 'webhook_endpoint',
    state: {
      id: newId('we'),
      created: unit.created,
      api_version: versionOf(parameters),
      description: parameters.optionalText('description') ?? null,
      enabled_events: enabledEvents,
      metadata: parameters.metadata(),
      secret: `whsec_${randomText(32)}`,
      status: 'enabled',
      url: urlOf(parameters.requiredText('url')),
    },
  });
  return { value: { ...renderWebhookEndpoint(state), secret: state.secret } };
}

function eventsOf(parameters: Parameters): readonly string[] | undefined {
  const events = parameters.texts('enabled_events');
  const invalid = events?.findIndex((event) => !enabledEvents.has(event)) ?? -1;
  if (invalid === -1) return events;
  const param = `enabled_events[${invalid}]`;
  const choices = [...enabledEvents].join(', ');
  throw invalidRequest(`Invalid ${param}: ${events?.[invalid]}; must be one of ${choices}`, { param });
}

function versionOf(parameters: Parameters): string | null {
  const version = parameters.optionalText('api_version') ?? null;
  if (version === null || apiVersions.has(version)) return version;
  throw invalidRequest(
    `Invalid Stripe API version: ${version}. It must be a released version, such as ${apiVersion}.`,
    { param: 'api_version' },
  );
}

/** Plain http is allowed, as for the Stripe CLI: the receivers are on the developer's machine. */
function urlOf(url: string): string {
  const isUsable = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (!isUsable)
    throw invalidRequest(`Invalid URL: ${url}. It must be an explicit http or https URL.`, {
      code: 'url_invalid',
      param: 'url',
    });
  return url;
}

function update(call: Call): Reply {
  const { unit, parameters } = call;
  const endpoint = find(call);
  const description = parameters.optionalText('description');
  const isDisabled = parameters.boolean('disabled');
  const url = parameters.text('url');
  const state: WebhookEndpointState = {
    ...endpoint,
    description: description === undefined ? endpoint.description : description,
    enabled_events: eventsOf(parameters) ?? endpoint.enabled_events,
    metadata: parameters.metadata(endpoint.metadata),
    status: isDisabled === undefined ? endpoint.status : isDisabled ? 'disabled' : 'enabled',
    url: url === undefined ? endpoint.url : urlOf(url),
  };
  unit.put({ kind: 'webhook_endpoint', state });
  return reply(state);
}

function remove(call: Call): Reply {
  const state: WebhookEndpointState = { ...find(call), deleted: true };
  call.unit.put({ kind: 'webhook_endpoint', state });
  return reply(state);
}

const list = (call: Call): Reply => listOf(call, { kind: 'webhook_endpoint', url: '/v1/webhook_endpoints' });

export const webhookEndpointRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/webhook_endpoints',
    parameters: names('api_version connect description enabled_events metadata url'),
    handle: create,
  },
  { method: 'GET', path: '/v1/webhook_endpoints', parameters: listNames(), handle: list },
  {
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    parameters: names(),
    handle: (call) => reply(find(call)),
  },
  {
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    parameters: names('description disabled enabled_events metadata url'),
    handle: update,
  },
  { method: 'DELETE', path: '/v1/webhook_endpoints/:id', parameters: names(), handle: remove },
];
