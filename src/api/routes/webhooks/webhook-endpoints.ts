import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from '@sinclair/typebox';
import { actorOf } from '../../../core/accounts';
import { type WebhookEndpointId, assert, newId } from '../../../core/kernel';
import {
  type SecretIssued,
  type WebhookContext,
  type WebhookEndpoints,
  type WebhooksHandled,
  endpointOf,
} from '../../../core/webhooks';
import type { ErrorCode } from '../../errors/catalogue';
import { refused } from '../../errors/problem';
import { answerOf, idempotencyOf, metadataOf, sendAnswer } from '../../plugins/idempotency';
import { merchantOf } from '../../plugins/request-context';
import { jsonSerializer } from '../../resources/json-serializer';
import { listOf, pageQuery, pageWithin } from '../../resources/page';
import { oneOf } from '../../resources/schema-parts';
import type { Api, RouteContext } from '../api';
import { idIn } from '../held-answer';
import { NoFields } from '../no-fields';
import { commandErrors } from '../payments/operation-errors';
import {
  WebhookEndpointAnswer,
  WebhookEndpointSchema,
  webhookEndpointExample,
  webhookEndpointObject,
} from './webhook-endpoint-resource';
import {
  SecretRotationBody,
  WebhookEndpointBody,
  WebhookEndpointChange,
  WebhookEndpointPath,
  webhookEndpointIdOf,
  webhookEndpointNotFound,
} from './webhook-schemas';

const url = '/v1/webhook_endpoints';
const tags = ['Webhooks'];
const serialize = jsonSerializer(WebhookEndpointSchema);

const termErrors = ['webhook_url_refused', 'event_type_unknown'] as const satisfies readonly ErrorCode[];

/** The addresses that receive events. */
export function webhookEndpointRoutes(app: Api, context: RouteContext): void {
  createRoute(app, context);
  listRoute(app, context);
  getRoute(app, context);
  updateRoute(app, context);
  rotateRoute(app, context);
  statusRoutes(app, context);
  deleteRoute(app, context);
}

/** Who asks, how a retry is recognised, and the answer that is kept, without the secret. */
function contextOf(request: FastifyRequest, status: 200 | 201, endpointId: WebhookEndpointId) {
  const merchant = merchantOf(request);
  const { tenant } = merchant;
  const idempotency = idempotencyOf(request, tenant);
  return {
    tenant,
    metadata: metadataOf(request, actorOf(merchant), idempotency),
    idempotency: {
      ...idempotency,
      answer: (endpoints: WebhookEndpoints) => ({ status, body: shown(endpoints, endpointId, tenant) }),
    },
  } satisfies WebhookContext;
}

function shown(
  endpoints: WebhookEndpoints,
  endpointId: WebhookEndpointId,
  tenant: WebhookContext['tenant'],
  secret: string | null = null,
): string {
  const endpoint = endpointOf(endpoints, endpointId);
  assert(endpoint !== undefined, 'an accepted command leaves the endpoint behind');
  return serialize(webhookEndpointObject(endpoint, tenant, secret));
}

/** Sends the kept answer, or, where a secret was just made, the same with it: once, and never again. */
function sendSecret(
  reply: FastifyReply,
  handled: SecretIssued,
  tenant: WebhookContext['tenant'],
): FastifyReply {
  const answer = answerOf(handled, reply);
  if (handled.kind !== 'done') return sendAnswer(reply, answer);
  const body = shown(handled.state, idIn('whe', answer), tenant, handled.secret);
  return sendAnswer(reply, { status: answer.status, body });
}

function createRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { webhooks, ids, clock } = dependencies;
  app.post(
    url,
    {
      config: {
        access: 'secret',
        idempotent: true,
        errors: [...commandErrors, ...termErrors, 'too_many_webhook_endpoints'],
      },
      schema: {
        operationId: 'createWebhookEndpoint',
        tags,
        summary: 'Create a webhook endpoint',
        description:
          'Names an address that receives events from now on. The secret that signs the requests is in this answer only: a replay shows null in its place.',
        body: WebhookEndpointBody,
        response: { 201: WebhookEndpointAnswer },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const endpointId = newId('whe', ids);
      const context = contextOf(request, 201, endpointId);
      const command = {
        endpointId,
        url: body.url,
        description: body.description ?? null,
        eventTypes: body.event_types,
        createdAt: clock(),
      };
      const handled = await oncePerKey(context.idempotency, () => webhooks.createEndpoint(command, context));
      return sendSecret(reply, handled, context.tenant);
    },
  );
}

function listRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    url,
    {
      config: { access: 'secret', errors: ['cursor_not_found'] },
      schema: {
        operationId: 'listWebhookEndpoints',
        tags,
        summary: 'List webhook endpoints',
        description: 'Newest first.',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: listOf(WebhookEndpointSchema, url, webhookEndpointExample) },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const endpoints = await dependencies.webhooks.listEndpoints(tenant);
      const objects = endpoints.map((endpoint) => webhookEndpointObject(endpoint, tenant)).reverse();
      return pageWithin(url, objects, request.query);
    },
  );
}

function getRoute(app: Api, { dependencies }: RouteContext): void {
  app.get(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['webhook_endpoint_not_found'] },
      schema: {
        operationId: 'getWebhookEndpoint',
        tags,
        summary: 'Fetch a webhook endpoint',
        description: 'The endpoint as of its last committed event, without its secret.',
        params: WebhookEndpointPath,
        response: { 200: WebhookEndpointAnswer },
      },
    },
    async (request) => {
      const { tenant } = merchantOf(request);
      const endpointId = webhookEndpointIdOf(request.params.id);
      const endpoint = await dependencies.webhooks.findEndpoint(tenant, endpointId);
      if (endpoint === null) throw webhookEndpointNotFound(request.params.id);
      return webhookEndpointObject(endpoint, tenant);
    },
  );
}

function updateRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  app.post(
    `${url}/:id`,
    {
      config: {
        access: 'secret',
        idempotent: true,
        errors: [...commandErrors, ...termErrors, 'webhook_endpoint_not_found'],
      },
      schema: {
        operationId: 'updateWebhookEndpoint',
        tags,
        summary: 'Change a webhook endpoint',
        description: 'What the body leaves out stays as it is. Open deliveries go to the new address.',
        params: WebhookEndpointPath,
        body: WebhookEndpointChange,
        response: { 200: WebhookEndpointAnswer },
      },
    },
    async (request, reply) => {
      const endpointId = webhookEndpointIdOf(request.params.id);
      const context = contextOf(request, 200, endpointId);
      const { url: address, description, event_types: eventTypes } = request.body;
      const command = {
        endpointId,
        ...(address === undefined ? {} : { url: address }),
        ...(description === undefined ? {} : { description }),
        ...(eventTypes === undefined ? {} : { eventTypes }),
      };
      const handled = await oncePerKey(context.idempotency, () =>
        dependencies.webhooks.updateEndpoint(command, context),
      );
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}

function rotateRoute(app: Api, { dependencies, oncePerKey }: RouteContext): void {
  const { webhooks, clock } = dependencies;
  app.post(
    `${url}/:id/rotate`,
    {
      config: {
        access: 'secret',
        idempotent: true,
        errors: [...commandErrors, 'webhook_endpoint_not_found', 'secret_rotation_in_progress'],
      },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags,
        summary: 'Rotate the secret of a webhook endpoint',
        description:
          'Answers with the endpoint and its new secret. During the overlap each request has two signatures.',
        params: WebhookEndpointPath,
        body: SecretRotationBody,
        response: { 200: WebhookEndpointAnswer },
      },
    },
    async (request, reply) => {
      const endpointId = webhookEndpointIdOf(request.params.id);
      const context = contextOf(request, 200, endpointId);
      const overlapMs = request.body.overlap_seconds * 1_000;
      const handled = await oncePerKey(context.idempotency, () =>
        webhooks.rotateSecret({ endpointId, overlapMs, rotatedAt: clock() }, context),
      );
      return sendSecret(reply, handled, context.tenant);
    },
  );
}

function statusRoutes(app: Api, context: RouteContext): void {
  const { webhooks } = context.dependencies;
  statusRoute(app, context, {
    path: 'pause',
    operationId: 'pauseWebhookEndpoint',
    summary: 'Pause a webhook endpoint',
    description: 'Deliveries wait, also those that were on their way, until the endpoint is resumed.',
    change: webhooks.pauseEndpoint,
  });
  statusRoute(app, context, {
    path: 'resume',
    operationId: 'resumeWebhookEndpoint',
    summary: 'Resume a webhook endpoint',
    description:
      'Sends what was held back while the endpoint was paused. For what a disabled endpoint missed, replay.',
    change: webhooks.resumeEndpoint,
  });
}

interface StatusRoute {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly change: (endpointId: WebhookEndpointId, context: WebhookContext) => Promise<WebhooksHandled>;
}

function statusRoute(app: Api, { oncePerKey }: RouteContext, { path, change, ...words }: StatusRoute): void {
  app.post(
    `${url}/:id/${path}`,
    {
      config: {
        access: 'secret',
        idempotent: true,
        errors: [...commandErrors, 'webhook_endpoint_not_found'],
      },
      schema: {
        ...words,
        tags,
        params: WebhookEndpointPath,
        body: NoFields,
        response: { 200: WebhookEndpointAnswer },
      },
    },
    async (request, reply) => {
      const endpointId = webhookEndpointIdOf(request.params.id);
      const context = contextOf(request, 200, endpointId);
      const handled = await oncePerKey(context.idempotency, () => change(endpointId, context));
      return sendAnswer(reply, answerOf(handled, reply));
    },
  );
}

const DeletedEndpoint = Type.Object(
  { id: Type.String(), object: oneOf(['webhook_endpoint']), deleted: Type.Boolean() },
  {
    description: 'The endpoint is gone.',
    examples: [{ id: webhookEndpointExample.id, object: 'webhook_endpoint', deleted: true }],
  },
);

function deleteRoute(app: Api, { dependencies }: RouteContext): void {
  app.delete(
    `${url}/:id`,
    {
      config: { access: 'secret', errors: ['webhook_endpoint_not_found', 'concurrent_modification'] },
      schema: {
        operationId: 'deleteWebhookEndpoint',
        tags,
        summary: 'Delete a webhook endpoint',
        description: 'Nothing more is sent to it. Its deliveries stay in the list.',
        params: WebhookEndpointPath,
        response: { 200: DeletedEndpoint },
      },
    },
    async (request) => {
      const merchant = merchantOf(request);
      const endpointId = webhookEndpointIdOf(request.params.id);
      const handled = await dependencies.webhooks.deleteEndpoint(endpointId, {
        tenant: merchant.tenant,
        metadata: { actor: actorOf(merchant), correlationId: request.id, requestId: request.id },
      });
      if (handled.kind === 'refused') throw refused(handled.refusal);
      return { id: endpointId, object: 'webhook_endpoint' as const, deleted: true };
    },
  );
}
