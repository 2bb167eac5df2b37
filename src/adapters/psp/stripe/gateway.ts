import type { PspGateway } from '../../../core/ports';
import { amountRefusal } from './amounts';
import { authorize, withdraw } from './authorize';
import { cancel } from './cancel';
import { capture } from './capture';
import { type KeyCheck, checkKey } from './check-key';
import { connectToStripe } from './connection';
import { findPayment } from './find-payment';
import { findRefund, listRefunds } from './find-refund';
import { verifyNotice } from './notice';
import type { StripeGatewayOptions } from './options';
import { refund } from './refund';
import { type WebhookEndpoint, registerWebhookEndpoint, removeWebhookEndpoint } from './webhook-endpoint';

export interface StripeGateway extends PspGateway {
  /** See {@link registerWebhookEndpoint}. */
  registerWebhookEndpoint(url: string, known?: readonly WebhookEndpoint[]): Promise<WebhookEndpoint>;
  removeWebhookEndpoint(endpointId: string): Promise<void>;
  /** See {@link checkKey}. */
  checkKey(): Promise<KeyCheck>;
  /** Drops the kept connections. Requests on the wire end as `unknown`. */
  close(): void;
}

/** Stripe as the payment service provider: PaymentIntents for cards, refunds, look-ups and notices. */
export function createStripeGateway(options: StripeGatewayOptions): StripeGateway {
  const connection = connectToStripe(options);
  const { webhookSecrets } = options;
  return {
    name: 'stripe',
    amountRefusal,
    authorize: (request) => authorize(connection, request),
    withdraw: (request) => withdraw(connection, request),
    capture: (request) => capture(connection, request),
    cancel: (request) => cancel(connection, request),
    refund: (request) => refund(connection, request),
    findPayment: (query) => findPayment(connection, query),
    findRefund: (query) => findRefund(connection, query),
    listRefunds: (query) => listRefunds(connection, query),
    verifyNotice: (request) =>
      verifyNotice(
        {
          webhooks: connection.stripe.webhooks,
          secrets: typeof webhookSecrets === 'function' ? webhookSecrets() : webhookSecrets,
          installation: options.installation,
        },
        request,
      ),
    registerWebhookEndpoint: (url, known) => registerWebhookEndpoint(connection, url, known),
    removeWebhookEndpoint: (endpointId) => removeWebhookEndpoint(connection, endpointId),
    checkKey: () => checkKey(connection),
    close: () => connection.close(),
  };
}
