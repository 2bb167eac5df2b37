import type { Catalogue } from '../kernel';

export type WebhookErrorCode =
  | 'webhook_endpoint_not_found'
  | 'webhook_url_refused'
  | 'event_type_unknown'
  | 'too_many_webhook_endpoints'
  | 'secret_rotation_in_progress'
  | 'event_not_found'
  | 'webhook_delivery_not_found'
  | 'webhook_endpoint_not_active';

export const webhooksCatalogue: Catalogue<WebhookErrorCode> = {
  webhook_endpoint_not_found: {
    meaning: 'No webhook endpoint with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'Check the id, and that a test key is not asking for a live endpoint or the other way round.',
  },
  webhook_url_refused: {
    meaning:
      'The URL of a webhook endpoint must be a public https address, without a user name, a password or a fragment.',
    retry: 'no',
    remedy:
      'Use a public https address. For a receiver on your own machine, use `npx fincore listen`; it needs no endpoint.',
  },
  event_type_unknown: {
    meaning: 'A filter names a type that no event has.',
    retry: 'no',
    remedy: 'Take types from docs/reference/public-events.md, or * for all.',
  },
  too_many_webhook_endpoints: {
    meaning: 'The account has as many webhook endpoints as it may have.',
    retry: 'no',
    remedy: 'Delete an endpoint that is no longer used; the message names the limit.',
  },
  secret_rotation_in_progress: {
    meaning: 'The secret was rotated before, and the one before it still signs too: only two can.',
    retry: 'later',
    remedy:
      'Wait until the overlap has ended, or rotate with overlap_seconds 0, which ends both old secrets now.',
  },
  event_not_found: {
    meaning: 'No event with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'Check the id, and that a test key is not asking for a live event or the other way round.',
  },
  webhook_delivery_not_found: {
    meaning: 'No webhook delivery with this id belongs to the account and mode of the key.',
    retry: 'no',
    remedy: 'List the deliveries and take an id from there.',
  },
  webhook_endpoint_not_active: {
    meaning: 'Nothing is sent to an endpoint that is paused or disabled.',
    retry: 'no',
    remedy: 'Resume the endpoint first, then replay.',
  },
};
