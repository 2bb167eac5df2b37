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
 * Has Stripe send its notices to `url` from now on. An earlier registration of the same address is replaced, because
 * its secret cannot be read again. @throws PspUnavailable when nothing was registered.
 */
export async function registerWebhookEndpoint(
  connection: StripeConnection,
  url: string,
): Promise<WebhookEndpoint> {
  const { webhookEndpoints } = connection.stripe;
  const earlier = await connection.look(() => webhookEndpoints.list({ limit: endpointLimit }));
  const answer = await connection.send(() =>
    webhookEndpoints.create({ url, enabled_events: [...noticeTypes], description: 'FinCore' }),
  );
  if (answer.kind !== 'answered' || answer.value.secret === undefined)
    throw new Error(`Stripe did not register the webhook endpoint ${url}: ${JSON.stringify(answer)}`);
  for (const endpoint of earlier?.data ?? [])
    if (endpoint.url === url) await connection.look(() => webhookEndpoints.del(endpoint.id));
  return { endpointId: answer.value.id, secret: answer.value.secret };
}
