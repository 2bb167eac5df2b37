import { bulkhead } from 'cockatiel';
import Fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import { bareStripe } from '../load/bare-stripe';
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
  const client = bareStripe(process.env['EXCHANGES_SIMULATOR_URL'] ?? '');
  const places = bulkhead(inFlight, Infinity);
  let webhookSecret = '';
  let told = 0;
  let onTold: () => void = () => undefined;

  const app = Fastify({ logger: false });
  // The signature is over the bytes as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post<{ Body: Buffer }>('/v1/charges', (request, reply) => {
    JSON.parse(request.body.toString());
    const id = randomUUID();
    void places.execute(() => client.pay(id));
    void reply.code(201).send({ id, status: 'processing' });
  });
  app.post<{ Body: Buffer }>('/notices', (request, reply) => {
    client.stripe.webhooks.constructEvent(
      request.body,
      String(request.headers['stripe-signature']),
      webhookSecret,
    );
    told += 1;
    onTold();
    void reply.send({});
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const endpoint = await client.stripe.webhookEndpoints.create({
    url: `${url}/notices`,
    enabled_events: ['payment_intent.succeeded'],
  });
  webhookSecret = endpoint.secret ?? '';

  return {
    url,
    toldOf: (payments: number) =>
      new Promise<void>((resolve) => {
        onTold = () => {
          if (told >= payments) resolve();
        };
        onTold();
      }),
    close: () => app.close(),
  };
}

const opening = openExchanges();

serveProgram(
  async (request) => {
    const exchanges = await opening;
    const { told } = request as ExchangesAsked;
    if (told !== undefined) await exchanges.toldOf(told);
    return exchanges.url;
  },
  async () => (await opening).close(),
);
