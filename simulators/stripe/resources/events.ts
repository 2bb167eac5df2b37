import { listNames, names, type Call, type Reply, type Route } from '../server/call';
import type { EventState } from '../store/account';
import { invalidRequest, noSuch } from '../wire/api-error';
import { apiVersion } from '../wire/api-version';
import { createdFilter, pageOf } from '../wire/list';
import { render } from './render';

/** The event as Stripe shows it; `pendingWebhooks` counts the endpoints that have not taken it yet. */
export function renderEvent(
  event: EventState,
  pendingWebhooks: number,
  version: string | null = null,
): object {
  return {
    id: event.id,
    object: 'event',
    api_version: version ?? apiVersion,
    created: event.created,
    data: {
      object: render(event),
      ...(event.previous === undefined ? {} : { previous_attributes: event.previous }),
    },
    livemode: false,
    pending_webhooks: pendingWebhooks,
    request: { id: event.requestId, idempotency_key: event.idempotencyKey },
    type: event.type,
  };
}

function retrieve({ unit, id }: Call): Reply {
  const event = unit.account.events.get(id);
  if (event === undefined) throw noSuch('event', id);
  return { value: renderEvent(event, 0) };
}

function list({ unit, parameters }: Call): Reply {
  const type = parameters.text('type');
  const types = parameters.texts('types');
  if (type !== undefined && types !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'types' });
  }
  const patterns = types ?? (type === undefined ? undefined : [type]);
  const created = createdFilter(parameters);
  const page = pageOf({
    collection: unit.account.events,
    parameters,
    isMatch: (event) =>
      created(event.created) && (patterns?.some((pattern) => isOfType(event.type, pattern)) ?? true),
  });
  return {
    value: {
      object: 'list',
      data: page.states.map((event) => renderEvent(event, 0)),
      has_more: page.hasMore,
      url: '/v1/events',
    },
  };
}

/** `charge.*` stands for every event of charges. */
const isOfType = (type: string, pattern: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;

export const eventRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/events', parameters: listNames('type types delivery_success'), handle: list },
  { method: 'GET', path: '/v1/events/:id', parameters: names(), handle: retrieve },
];
