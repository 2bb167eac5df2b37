import Stripe from 'stripe';
import { chargeBody } from '../load/charge-load';
import { serveProgram } from '../programs';

/** Payments to make straight at the simulator. */
export interface StripeLoad {
  readonly simulatorUrl: string;
  readonly payments: number;
  readonly inFlight: number;
}

/** What the provider's own client reaches with nothing around it: the same parameters, the same number at once. */
async function pay({ simulatorUrl, payments, inFlight }: StripeLoad): Promise<number> {
  const { hostname, port } = new URL(simulatorUrl);
  const stripe = new Stripe('sk_test_bench', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 30_000,
  });
  const { amount, payment_token: token } = JSON.parse(chargeBody) as {
    amount: number;
    payment_token: string;
  };
  // The package's types leave out `card`, because card details do not belong on a server; a token of them does.
  const fromToken = { type: 'card', card: { token } } as const;
  let begun = 0;
  const startedAt = performance.now();
  const worker = async () => {
    while (begun < payments) {
      begun += 1;
      const idempotencyKey = `bench-${String(startedAt)}-${String(begun)}`;
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
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return payments / ((performance.now() - startedAt) / 1_000);
}

serveProgram((request) => pay(request as StripeLoad));
