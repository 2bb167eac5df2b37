import { Type } from '@sinclair/typebox';
import { contexts } from '../../../core/contexts';
import { type PageRequest, accept } from '../../../core/kernel';
import {
  type ShownEvent,
  eventQueries,
  eventsReadModelName,
  eventsTable,
  isEventId,
} from '../../../core/webhooks';
import { Problem } from '../../errors/problem';
import { shownValue } from '../../errors/received-value';
import { merchantOf } from '../../plugins/request-context';
import { type PageWords, cursorIn, cursorNotFound, listOf, pageQuery, pageShown } from '../../resources/page';
import { oneOf } from '../../resources/schema-parts';
import { TimeRange, boundsOf } from '../../resources/ranges';
import type { Api, RouteContext } from '../api';
import { EventAnswer, EventSchema, eventExample, eventObject } from './event-resource';

const url = '/v1/events';
const tags = ['Events'];
const maxTypes = 100;

const EventListQuery = Type.Object(
  {
    ...pageQuery,
    type: Type.Optional(
      Type.Array(oneOf([...contexts.publicTypes.keys()]), {
        maxItems: maxTypes,
        description: 'Repeat it for several.',
      }),
    ),
    object: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'The id of what the events are about.' }),
    ),
    created: Type.Optional(TimeRange),
  },
  { additionalProperties: false },
);

/** The rows are found when they are asked for: an app that only describes its routes has none. */
const eventsOf =
  ({ rowsOf }: RouteContext['dependencies']) =>
  () =>
    eventQueries(rowsOf({ name: eventsReadModelName }, eventsTable));

/** Everything that webhooks tell. */
export function eventRoutes(app: Api, context: RouteContext): void {
  listRoute(app, context);
  getRoute(app, context);
}

function listRoute(app: Api, { dependencies }: RouteContext): void {
  const { webhooks } = dependencies;
  const events = eventsOf(dependencies);
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listEvents',
        tags,
        summary: 'List events',
        description: 'Everything that webhooks tell, newest first. Filters combine.',
        querystring: EventListQuery,
        response: { 200: listOf(EventSchema, url, eventExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { query } = request;
      const filter = {
        ...(query.type === undefined ? {} : { types: query.type }),
        ...(query.object === undefined ? {} : { objectId: query.object }),
        ...(query.created === undefined ? {} : { createdAt: boundsOf(query.created, Date.parse) }),
      };
      const page = await events().listEvents(tenant, filter, pageOfEvents(query));
      if (!page.ok) return pageShown(url, page, () => eventExample);
      const shown = await webhooks.showEvents(page.value.rows);
      const rows = shown.filter((event): event is ShownEvent => event !== null);
      return pageShown(url, accept({ ...page.value, rows }), eventObject);
    },
  );
}

function getRoute(app: Api, { dependencies }: RouteContext): void {
  const { webhooks } = dependencies;
  const events = eventsOf(dependencies);
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['event_not_found'] },
      schema: {
        operationId: 'getEvent',
        tags,
        summary: 'Fetch an event',
        description: 'The event, with the object as it was after it.',
        params: Type.Object({ id: Type.String({ examples: [eventExample.id] }) }),
        response: { 200: EventAnswer },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { id } = request.params;
      const row = isEventId(id) ? await events().findEvent(tenant, id) : null;
      const [event = null] = row === null ? [] : await webhooks.showEvents([row]);
      if (event === null)
        throw new Problem({ code: 'event_not_found', detail: `There is no event ${shownValue(id)}.` });
      return eventObject(event);
    },
  );
}

/** @throws Problem cursor_not_found when the cursor cannot be an id of an event */
function pageOfEvents(words: PageWords): PageRequest<string> {
  const cursor = cursorIn(words);
  if (cursor === null) return { limit: words.limit };
  if (!isEventId(cursor.id)) throw cursorNotFound(cursor);
  return { limit: words.limit, cursor };
}
