import type Stripe from 'stripe';
import { PspUnavailable } from '../../../core/ports';
import type { StripeConnection } from './connection';
import { noticeTypes } from './notice';

/** Stripe allows sixteen per account. */
const endpointLimit = 100;

export interface WebhookEndpoint {
  readonly endpointId: string;
  /** Signs the notices. Stripe tells it this once. */
  readonly secret: string;
}

/**
 * Has Stripe send its notices to `url` from now on. A known endpoint of that address stays: the notices that Stripe
 * could not deliver yet belong to the endpoint, and go with it. Other endpoints of the address are removed, because
 * their secrets cannot be read again.
 * @param known endpoints whose secrets the caller has kept
 * @throws PspUnavailable when nothing was registered.
 */
export async function registerWebhookEndpoint(
  connection: StripeConnection,
  url: string,
  known: readonly WebhookEndpoint[] = [],
): Promise<WebhookEndpoint> {
  const { webhookEndpoints } = connection.stripe;
  const listed = await connection.look(() => webhookEndpoints.list({ limit: endpointLimit }));
  const ofUrl = (listed?.data ?? []).filter((endpoint) => endpoint.url === url);
  const fitting = ofUrl.find(({ id }) => known.some(({ endpointId }) => endpointId === id));
  if (fitting !== undefined && !isUpToDate(fitting))
    await connection.look(() =>
      webhookEndpoints.update(fitting.id, { enabled_events: [...noticeTypes], disabled: false }),
    );
  const kept = known.find(({ endpointId }) => endpointId === fitting?.id);
  const endpoint = kept ?? (await createEndpoint(connection, url));
  for (const { id } of ofUrl) if (id !== endpoint.endpointId) await removeWebhookEndpoint(connection, id);
  return endpoint;
}

const isUpToDate = ({ status, enabled_events }: Stripe.WebhookEndpoint): boolean =>
  status === 'enabled' && noticeTypes.every((type) => enabled_events.includes(type));

async function createEndpoint(connection: StripeConnection, url: string): Promise<WebhookEndpoint> {
  const { webhookEndpoints } = connection.stripe;
  const answer = await connection.send(() =>
    webhookEndpoints.create({ url, enabled_events: [...noticeTypes], description: 'FinCore' }),
  );
  // Repeated by the caller: the next look removes an endpoint that was made all the same.
  if (answer.kind === 'unknown') throw new PspUnavailable(answer.reason, 0);
  if (answer.kind !== 'answered' || answer.value.secret === undefined)
    throw new Error(`Stripe did not register the webhook endpoint ${url}: ${JSON.stringify(answer)}`);
  return { endpointId: answer.value.id, secret: answer.value.secret };
}

/** Stripe sends to this endpoint no longer, and forgets what it could not deliver there. */
export async function removeWebhookEndpoint(connection: StripeConnection, endpointId: string): Promise<void> {
  await connection.look(() => connection.stripe.webhookEndpoints.del(endpointId));
}
