import { bulkhead } from 'cockatiel';
import Fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { serveProgram } from '../programs';

/** Waits until the provider has told of so many payments, all rounds together. */
export interface ExchangesAsked {
  readonly told?: number;
}

/** As many requests to the provider at once as the workers have by default. */
const inFlight = 64;

/**
 * The three exchanges that a charge takes, and nothing else: a bare Fastify route accepts it, the `stripe` package pays
 * it, and the provider's signed notice is verified. Nothing is validated, decided or kept, and a kill loses all.
 */
async function openExchanges() {
  const { hostname, port } = new URL(process.env['EXCHANGES_SIMULATOR_URL'] ?? '');
  const stripe = new Stripe('sk_test_bench', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const places = bulkhead(inFlight, Infinity);
  const waiting = new Set<() => void>();
  let webhookSecret = '';
  let told = 0;

  const pay = (charge: { readonly amount: number; readonly payment_token: string }, id: string) =>
    stripe.paymentIntents.create(
      {
        amount: charge.amount,
        currency: 'eur',
        confirm: true,
        // The package's types leave out `card`, because card details do not belong on a server; a token of them does.
        payment_method_data: { type: 'card', card: { token: charge.payment_token } } as { type: 'card' },
        allowed_payment_method_types: ['card'],
        return_url: 'http://127.0.0.1/',
        metadata: { charge: id },
      },
      { idempotencyKey: id },
    );

  const app = Fastify({ logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post<{ Body: Buffer }>('/v1/charges', (request, reply) => {
    const id = randomUUID();
    const charge = JSON.parse(request.body.toString()) as Parameters<typeof pay>[0];
    void places.execute(() => pay(charge, id));
    void reply.code(201).send({ id, status: 'processing' });
  });
  app.post<{ Body: Buffer }>('/notices', (request, reply) => {
    stripe.webhooks.constructEvent(request.body, String(request.headers['stripe-signature']), webhookSecret);
    told += 1;
    for (const look of waiting) look();
    void reply.send({});
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${url}/notices`,
    enabled_events: ['payment_intent.succeeded'],
  });
  webhookSecret = endpoint.secret ?? '';

  return {
    url,
    until: (payments: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (told < payments) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () => app.close(),
  };
}

const opening = openExchanges();

serveProgram(
  async (request) => {
    const exchanges = await opening;
    const { told } = request as ExchangesAsked;
    if (told !== undefined) await exchanges.until(told);
    return exchanges.url;
  },
  async () => (await opening).close(),
);
