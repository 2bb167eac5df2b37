import Stripe from 'stripe';
import { chargeBody } from './charge-load';

const { amount, payment_token: token } = JSON.parse(chargeBody) as {
  readonly amount: number;
  readonly payment_token: string;
};
// The package's types leave out `card`, because card details do not belong on a server; a token of them does.
const fromToken = { type: 'card', card: { token } } as const;

/** The provider's own client with nothing around it, and the payment that the workers ask for. */
export function bareStripe(simulatorUrl: string) {
  const { hostname, port } = new URL(simulatorUrl);
  const stripe = new Stripe('sk_test_bench', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 30_000,
  });
  return {
    stripe,
    /** @throws when it does not succeed */
    async pay(idempotencyKey: string): Promise<void> {
      const intent = await stripe.paymentIntents.create(
        {
          amount,
          currency: 'eur',
          confirm: true,
          payment_method_data: fromToken,
          allowed_payment_method_types: ['card'],
          return_url: 'http://127.0.0.1/',
          metadata: { order: idempotencyKey },
        },
        { idempotencyKey },
      );
      if (intent.status !== 'succeeded') throw new Error(`a payment is ${intent.status}`);
    },
  };
}
