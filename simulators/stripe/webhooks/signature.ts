import { createHmac } from 'node:crypto';

/** Stripe's scheme: the timestamp and the exact body, under the endpoint's secret. @source docs.stripe.com/webhooks/signature */
export function signatureHeader(
  body: string,
  { secret, atMs }: { readonly secret: string; readonly atMs: number },
): string {
  const timestamp = Math.floor(atMs / 1_000);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
