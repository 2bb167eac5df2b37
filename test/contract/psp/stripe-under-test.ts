import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startStripeSimulator } from '../../../simulators/stripe';
import { type StripeGateway, createStripeGateway } from '../../../src/adapters/psp/stripe/gateway';
import type { StripeGatewayOptions } from '../../../src/adapters/psp/stripe/options';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy';
import type { PspUnderTest, ReceivedNotice } from './psp-under-test';

/** The Stripe gateway, a network that fails when told, and the Stripe simulator behind it. */
export interface StripeUnderTest extends PspUnderTest {
  readonly gateway: StripeGateway;
  readonly network: FaultyProxy;
  /** The official client, straight at the simulator. */
  readonly stripe: Stripe;
}

const secretKey = 'sk_test_pspGatewayContract';
const settlementDelayMs = 100;

export async function openStripe(change: Partial<StripeGatewayOptions> = {}): Promise<StripeUnderTest> {
  const simulator = await startStripeSimulator({ dataDir: null, refundSettlementDelayMs: settlementDelayMs });
  const network = await startFaultyProxy(simulator.port);
  const receiver = await startReceiver();
  const secrets: string[] = [];
  const gateway = createStripeGateway({
    secretKey,
    installation: 'inst_contract',
    webhookSecrets: () => secrets,
    returnUrl: 'http://127.0.0.1/after-3ds',
    host: '127.0.0.1',
    port: network.port,
    protocol: 'http',
    timeoutMs: 2_000,
    maxConnections: 8,
    ...change,
  });
  secrets.push((await gateway.registerWebhookEndpoint(receiver.url)).secret);
  const stripe = new Stripe(secretKey, { host: '127.0.0.1', port: simulator.port, protocol: 'http' });
  const act = async (pspReference: string, action: string, body: object): Promise<void> => {
    const url = `${simulator.url}/simulator/payment_intents/${pspReference}/${action}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
  };
  return {
    gateway,
    network,
    stripe,
    failNext: (fault) => {
      network.failNext(networkFaults[fault], ({ method }) => method === 'POST');
    },
    authenticate: async (pspReference, decision) => {
      await act(pspReference, 'authenticate', { outcome: decision });
    },
    payAgain: (pspReference) => act(pspReference, 'pay', { payment_method: 'pm_card_visa' }),
    refundByHand: (pspReference, amountMinor) => act(pspReference, 'refund', { amount: Number(amountMinor) }),
    // The simulator settles by itself, a moment after each refund.
    settleRefunds: () => Promise.resolve(),
    chargesOf: async (chargeId) => {
      const { data } = await stripe.paymentIntents.list({ limit: 100 });
      return data.filter(
        ({ metadata, status }) =>
          metadata.charge_id === chargeId && (status === 'succeeded' || status === 'requires_capture'),
      ).length;
    },
    notices: () => receiver.notices,
    close: async () => {
      gateway.close();
      await network.close();
      await simulator.stop();
      await receiver.close();
    },
  };
}

const networkFaults = {
  unavailable: {
    kind: 'answer',
    status: 429,
    body: JSON.stringify({
      error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' },
    }),
    headers: { 'retry-after': '2' },
  },
  lost_before: { kind: 'cut_before' },
  lost_after: { kind: 'cut_after' },
} as const;

interface Receiver {
  readonly url: string;
  readonly notices: readonly ReceivedNotice[];
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const notices: ReceivedNotice[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = request.headers['stripe-signature'];
      if (typeof signature === 'string') notices.push({ rawBody: Buffer.concat(chunks), signature });
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    notices,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
