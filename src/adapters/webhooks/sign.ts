import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../core/webhooks';

export const secretPrefix = 'whsec_';

/**
 * The headers that tell a receiver whose request it is. One signature for each secret, with a space between them.
 * @source Standard Webhooks 1.0
 */
export function signWebhook({ id, timestamp, body, secrets }: Omit<WebhookRequest, 'url' | 'livemode'>) {
  const seconds = String(Math.floor(timestamp / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}
