import { type Static, Type } from '@sinclair/typebox';
import { type TenantId, fold, isLive, parseId, parseTenant, toTimestamp } from '../../../core/kernel';
import {
  type PublicObjects,
  type WebhookEndpoint,
  endpointOf,
  webhookEndpointCodec,
  webhookEndpointsDecider,
} from '../../../core/webhooks';
import { Timestamp, nullable, oneOf, ref } from '../../resources/schema-parts';

export const WebhookEndpointSchema = Type.Object(
  {
    id: Type.String(),
    object: oneOf(['webhook_endpoint']),
    created: Timestamp,
    livemode: Type.Boolean(),
    url: Type.String(),
    description: nullable(Type.String()),
    event_types: Type.Array(Type.String(), { description: 'Types of events that are sent; * for all.' }),
    status: oneOf(['active', 'paused', 'disabled'], {
      description:
        'paused: deliveries wait until the endpoint is resumed. disabled: it failed for good, and gets nothing more until it is resumed.',
    }),
    disabled_reason: nullable(
      oneOf(['exhausted', 'gone'], {
        description: 'exhausted: the last attempt of a delivery failed. gone: the endpoint answered 410.',
      }),
    ),
    previous_secret_expires_at: nullable(
      Type.String({
        format: 'date-time',
        description: 'Until then every request has a second signature, made with the secret before.',
      }),
    ),
    secret: nullable(
      Type.String({
        description:
          'What signs the requests, once: in the answer to the request that made it. A replay of that request shows null; who lost it rotates it.',
      }),
    ),
  },
  { $id: 'WebhookEndpoint', description: 'An address that receives events.' },
);
export type WebhookEndpointObject = Static<typeof WebhookEndpointSchema>;

export const webhookEndpointExample: WebhookEndpointObject = {
  id: 'whe_06f4q8xk3v7m2n9r5t1w0y8z4b',
  object: 'webhook_endpoint',
  created: '2026-11-21T09:00:00.000Z',
  livemode: false,
  url: 'https://shop.example/webhooks',
  description: 'Order system',
  event_types: ['charge.succeeded', 'charge.failed'],
  status: 'active',
  disabled_reason: null,
  previous_secret_expires_at: null,
  secret: null,
};

export const WebhookEndpointAnswer = {
  ...ref(WebhookEndpointSchema),
  description: 'The webhook endpoint.',
  examples: [webhookEndpointExample],
};

/** @param secret in the answer to the request that made it */
export const webhookEndpointObject = (
  endpoint: WebhookEndpoint,
  tenant: TenantId,
  secret: string | null = null,
): WebhookEndpointObject => ({
  id: endpoint.endpointId,
  object: 'webhook_endpoint',
  created: toTimestamp(endpoint.createdAt),
  livemode: isLive(tenant),
  url: endpoint.url,
  description: endpoint.description,
  event_types: [...endpoint.eventTypes],
  status: endpoint.status,
  disabled_reason: endpoint.disabledFor,
  previous_secret_expires_at: endpoint.previous === null ? null : toTimestamp(endpoint.previous.expiresAt),
  secret,
});

/** What public events of webhook endpoints show. */
export const webhooksPublicObjects: PublicObjects = {
  webhook_endpoint(history, objectId) {
    const events = history.flatMap((recorded) => webhookEndpointCodec.decode(recorded) ?? []);
    const endpointId = parseId('whe', objectId);
    const tenant = parseTenant(history.at(-1)?.tenant ?? '');
    if (endpointId === null || tenant === null) return null;
    const endpoint = endpointOf(fold(webhookEndpointsDecider, events), endpointId);
    return endpoint === undefined ? null : webhookEndpointObject(endpoint, tenant);
  },
};
