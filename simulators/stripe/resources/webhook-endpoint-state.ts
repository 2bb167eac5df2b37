import type Stripe from 'stripe';
import type { Metadata } from '../wire/parameters';

export interface WebhookEndpointState {
  readonly id: string;
  readonly created: number;
  readonly deleted?: true;
  readonly api_version: string | null;
  readonly description: string | null;
  readonly enabled_events: readonly string[];
  readonly metadata: Metadata;
  /** Shown once, in the answer to its creation. */
  readonly secret: string;
  readonly status: 'disabled' | 'enabled';
  readonly url: string;
}

export const renderWebhookEndpoint = (
  state: WebhookEndpointState,
): Stripe.DeletedWebhookEndpoint | Stripe.WebhookEndpoint =>
  state.deleted === true
    ? { id: state.id, object: 'webhook_endpoint', deleted: true }
    : {
        id: state.id,
        object: 'webhook_endpoint',
        api_version: state.api_version,
        application: null,
        created: state.created,
        description: state.description,
        enabled_events: [...state.enabled_events],
        livemode: false,
        metadata: state.metadata,
        status: state.status,
        url: state.url,
      };
