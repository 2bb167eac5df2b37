import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import {
  startStripeSimulator,
  type StripeSimulator,
  type StripeSimulatorOptions,
} from '../../simulators/stripe/index';

export interface RunningSimulator extends StripeSimulator {
  /** The official client of one account. */
  readonly stripe: Stripe;
  client(key: string): Stripe;
  /** Calls the simulator's own endpoints. */
  control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly value: unknown }>;
}

/** The official client, which does not retry by itself, so that tests see each answer. */
export function clientOf(port: number, key: string): Stripe {
  return new Stripe(key, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 5_000,
  });
}

export async function runSimulator(options: Partial<StripeSimulatorOptions> = {}): Promise<RunningSimulator> {
  const simulator = await startStripeSimulator({
    dataDir: null,
    webhookRetryBaseMs: 10,
    refundSettlementDelayMs: 10,
    ...options,
  });
  return {
    ...simulator,
    stripe: clientOf(simulator.port, 'sk_test_merchant'),
    client: (key) => clientOf(simulator.port, key),
    control: async (method, path, body) => {
      const response = await fetch(`${simulator.url}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        signal: AbortSignal.timeout(5_000),
      });
      return { status: response.status, value: await response.json() };
    },
  };
}

export interface Receiver {
  readonly url: string;
  /** Every event whose signature verified, in order of arrival. */
  readonly events: Stripe.Event[];
  /** How many requests arrived, verified or not. */
  readonly arrivals: () => number;
  readonly rejected: () => number;
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly stripe: Stripe;
  readonly secret: () => string;
  /** The status for the nth request, counted from 1. @default 200 */
  readonly statusFor?: (request: number) => number;
}

/** A merchant's webhook endpoint: verifies each delivery with the official library. */
export async function startReceiver({
  stripe,
  secret,
  statusFor = () => 200,
}: ReceiverOptions): Promise<Receiver> {
  const events: Stripe.Event[] = [];
  let arrivals = 0;
  let rejected = 0;
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    arrivals += 1;
    const status = statusFor(arrivals);
    try {
      const event = stripe.webhooks.constructEvent(
        Buffer.concat(chunks),
        request.headers['stripe-signature'] ?? '',
        secret(),
      );
      if (status < 300) events.push(event);
      response.writeHead(status).end();
    } catch {
      rejected += 1;
      response.writeHead(400).end();
    }
  };
  const server = createServer((request, response) => void receive(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    events,
    arrivals: () => arrivals,
    rejected: () => rejected,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** The error of a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused, but it succeeded.');
}

/** A payment that is confirmed at once and lacks only what pays for it. */
export const onePayment: Stripe.PaymentIntentCreateParams = { amount: 2_000, currency: 'usd', confirm: true };

export const oneVisa: Stripe.PaymentIntentCreateParams = {
  ...onePayment,
  payment_method: 'pm_card_visa',
  allowed_payment_method_types: ['card'],
};

/** Pays with a token. The API takes the token here, although the client's types leave it out. */
export const withToken = (token: string): Pick<Stripe.PaymentIntentCreateParams, 'payment_method_data'> => ({
  payment_method_data: {
    type: 'card',
    card: { token },
  } as Stripe.PaymentIntentCreateParams.PaymentMethodData,
});
