import { Type } from '@sinclair/typebox';
import {
  defaultSecretOverlapMs,
  everyEventType,
  maxSecretOverlapMs,
  maxWebhookUrlCharacters,
} from '../../../core/webhooks';
import { nullable } from '../../resources/schema-parts';
import { namedById } from '../payments/named-by-id';
import { webhookEndpointExample } from './webhook-endpoint-resource';

const maxDescriptionCharacters = 500;
const maxEventTypes = 100;

const Url = Type.String({
  minLength: 1,
  maxLength: maxWebhookUrlCharacters,
  description: 'A public https address; a test endpoint may use http.',
  examples: [webhookEndpointExample.url],
});
const Description = nullable(
  Type.String({ maxLength: maxDescriptionCharacters, description: 'A note of your own.' }),
);
const EventTypes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: maxEventTypes,
  description: 'Types of events, or * for all, also for those that come later.',
  examples: [webhookEndpointExample.event_types],
});

export const WebhookEndpointBody = Type.Object(
  {
    url: Url,
    description: Type.Optional(Description),
    event_types: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      minItems: 1,
      maxItems: maxEventTypes,
      default: [everyEventType],
      description: 'Types of events, or * for all, also for those that come later.',
      examples: [webhookEndpointExample.event_types],
    }),
  },
  {
    additionalProperties: false,
    examples: [{ url: webhookEndpointExample.url, event_types: webhookEndpointExample.event_types }],
  },
);

export const WebhookEndpointChange = Type.Object(
  {
    url: Type.Optional(Url),
    description: Type.Optional(Description),
    event_types: Type.Optional(EventTypes),
  },
  { additionalProperties: false, examples: [{ event_types: ['*'] }] },
);

export const SecretRotationBody = Type.Object(
  {
    overlap_seconds: Type.Integer({
      minimum: 0,
      maximum: maxSecretOverlapMs / 1_000,
      default: defaultSecretOverlapMs / 1_000,
      description: 'How long the old secret signs beside the new one; 0 ends it now.',
    }),
  },
  { additionalProperties: false, examples: [{ overlap_seconds: 3600 }] },
);

export const {
  Path: WebhookEndpointPath,
  idOf: webhookEndpointIdOf,
  notFound: webhookEndpointNotFound,
} = namedById('whe', {
  code: 'webhook_endpoint_not_found',
  noun: 'webhook endpoint',
  example: webhookEndpointExample.id,
});
