import { Type } from '@sinclair/typebox';
import { actorOf } from '../../../core/accounts';
import { newId } from '../../../core/kernel';
import { deliveryStatuses } from '../../../core/webhooks';
import { answerOf, idempotencyOf, metadataOf, sendAnswer } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { jsonSerializer } from '../../resources/json-serializer';
import { listOf, pageOf, pageQuery, pageShown } from '../../resources/page';
import { oneOf } from '../../resources/schema-parts';
import type { Api, RouteContext } from '../api';
import { NoFields } from '../no-fields';
import { namedById } from '../payments/named-by-id';
import { commandErrors } from '../payments/operation-errors';
import {
  WebhookDeliveryAnswer,
  WebhookDeliverySchema,
  attemptShown,
  webhookDeliveryExample,
  webhookDeliveryObject,
} from './webhook-delivery-resource';
import { webhookEndpointIdOf } from './webhook-schemas';

const url = '/v1/webhook_deliveries';
const tags = ['Webhooks'];
const serialize = jsonSerializer(WebhookDeliverySchema);

const { Path, idOf, notFound } = namedById('whd', {
  code: 'webhook_delivery_not_found',
  noun: 'webhook delivery',
  example: webhookDeliveryExample.id,
});

const ListQuery = Type.Object(
  {
    ...pageQuery,
    endpoint: Type.Optional(Type.String({ maxLength: 64, description: 'The id of an endpoint.' })),
    event: Type.Optional(Type.String({ maxLength: 64, description: 'The id of an event.' })),
    status: Type.Optional(
      Type.Array(oneOf(deliveryStatuses), {
        maxItems: deliveryStatuses.length,
        description: 'Repeat it for several.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** What became of events on their way to endpoints. */
export function webhookDeliveryRoutes(app: Api, context: RouteContext): void {
  listRoute(app, context);
  getRoute(app, context);
  replayRoute(app, context);
}

function listRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found', 'webhook_endpoint_not_found'] },
      schema: {
        operationId: 'listWebhookDeliveries',
        tags,
        summary: 'List webhook deliveries',
        description: 'Newest event first. Filters combine.',
        querystring: ListQuery,
        response: { 200: listOf(WebhookDeliverySchema, url, webhookDeliveryExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { query } = request;
      const filter = {
        ...(query.endpoint === undefined
          ? {}
          : { endpointId: webhookEndpointIdOf(query.endpoint, '/endpoint') }),
        ...(query.event === undefined ? {} : { eventId: query.event }),
        ...(query.status === undefined ? {} : { statuses: query.status }),
      };
      const page = await dependencies.webhooks.deliveries.list(tenant, filter, pageOf('whd', query));
      return pageShown(url, page, webhookDeliveryObject);
    },
  );
}

function getRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['webhook_delivery_not_found'] },
      schema: {
        operationId: 'getWebhookDelivery',
        tags,
        summary: 'Fetch a webhook delivery',
        description: 'The delivery with the body that is sent and every attempt.',
        params: Path,
        response: { 200: WebhookDeliveryAnswer },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const { deliveries, bodyOf } = dependencies.webhooks;
      const delivery = await deliveries.find(tenant, idOf(request.params.id));
      if (delivery === null) throw notFound(request.params.id);
      const attempts = await deliveries.attempts(delivery.deliveryId);
      return {
        ...webhookDeliveryObject(delivery),
        request: await bodyOf(delivery),
        attempts: attempts.map(attemptShown),
      };
    },
  );
}

function replayRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { webhooks, ids, clock } = dependencies;
  app.post(
    `${url}/:id/replay`,
    {
      config: {
        access: 'secret',
        idempotent: true,
        errors: [
          ...commandErrors,
          'webhook_delivery_not_found',
          'webhook_endpoint_not_found',
          'webhook_endpoint_not_active',
        ],
      },
      schema: {
        operationId: 'replayWebhookDelivery',
        tags,
        summary: 'Send an event once more',
        description:
          'Begins another delivery of the same event to the same endpoint, under the same webhook-id.',
        params: Path,
        body: NoFields,
        response: { 201: WebhookDeliveryAnswer },
      },
    },
    async (request, reply) => {
      const merchant = merchantOf(request);
      const { tenant } = merchant;
      const idempotency = idempotencyOf(request, tenant);
      const replayed = await webhooks.deliveries.find(tenant, idOf(request.params.id));
      if (replayed === null) throw notFound(request.params.id);
      const command = { replayed, deliveryId: newId('whd', ids), requestedAt: clock() };
      const begun = webhookDeliveryObject({
        ...replayed,
        deliveryId: command.deliveryId,
        createdAt: command.requestedAt,
        status: 'pending',
        attempts: 0,
        nextAttemptAt: null,
        last: null,
      });
      const handled = await oncePerKey(idempotency, () =>
        webhooks.replayDelivery(command, {
          tenant,
          metadata: metadataOf(request, actorOf(merchant), idempotency),
          idempotency: { ...idempotency, answer: () => ({ status: 201, body: serialize(begun) }) },
        }),
      );
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}
