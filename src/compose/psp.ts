import { join } from 'node:path';
import { makeFolders } from '../adapters/embedded/make-folders';
import { type StripeGateway, createStripeGateway } from '../adapters/psp/stripe/gateway';
import type { BreakerState } from '../adapters/psp/stripe/options';
import { type TenantId, isLive } from '../core/kernel';
import type { Log, Provider, PspGateway } from '../core/ports';
import { maskCredentials } from '../adapters/psp/stripe/credentials';
import { CommandRefused } from '../configuration/command-refused';
import type { Configuration } from '../configuration/configuration';
import type { Failpoints } from '../operations/process/failpoints';
import type { TrafficMetrics } from '../operations/metrics/traffic-metrics';
import { assertProvider } from './assert-provider';
import {
  type LocalSecrets,
  loadLocalSecrets,
  saveLocalSecrets,
} from '../operations/installation/local-secrets';
import {
  type InTurn,
  type SharedSimulator,
  shareSimulator,
} from '../operations/installation/shared-simulator';

export interface Psp {
  readonly gateway: StripeGateway;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  /** Whether real money can move. */
  readonly livemode: boolean;
  /** Null where the real provider is used. */
  readonly simulatorUrl: string | null;
  /** Registers this API as a webhook endpoint of the simulator. At Stripe, an operator does it in the dashboard. */
  announce(webhookUrl: string): Promise<void>;
  stop(): Promise<void>;
}

export interface PspOptions {
  readonly configuration: Configuration;
  readonly secrets: LocalSecrets;
  /** The bundled Stripe simulator. */
  readonly simulatorProgram: string;
  readonly publicBaseUrl: string;
  /** Receives progress messages during start-up. */
  readonly tell: (line: string) => void;
  readonly log: Pick<Log, 'warn'>;
  readonly failpoints: Failpoints;
  /** Where Stripe is reached. @default the real one */
  readonly stripeAddress?: { readonly host: string; readonly port: number; readonly protocol: 'http' };
  /** Told of each request to the provider, and of the state of its breaker. */
  readonly traffic: Pick<TrafficMetrics, 'gateway' | 'onBreaker'>;
  /** See {@link SharedSimulatorOptions}. */
  readonly inTurn: InTurn;
}

/** Whether the configured key moves real money. */
export const livemodeOf = (psp: Configuration['psp']): boolean =>
  psp.kind === 'stripe' && psp.secretKey.includes('_live_');

/** Connects to the configured provider, starting the simulator where that is the one. */
export async function openPsp(options: PspOptions): Promise<Psp> {
  const { psp } = options.configuration;
  return psp.kind === 'stripe' ? openStripe(options, psp) : openSimulator(options, psp.port);
}

async function openStripe(
  options: PspOptions,
  psp: { readonly secretKey: string; readonly webhookSecrets: readonly string[] },
): Promise<Psp> {
  const gateway = createStripeGateway({
    ...gatewayOptions(options),
    ...options.stripeAddress,
    secretKey: psp.secretKey,
    webhookSecrets: psp.webhookSecrets,
  });
  await refuseUnknownKey(gateway, options.tell);
  const livemode = livemodeOf(options.configuration.psp);
  const called = options.traffic.gateway(gateway);
  return {
    gateway,
    gatewayFor: (tenant, provider) => {
      assertProvider(provider, gateway);
      // A test charge never reaches a live account: no key of the wrong side exists here.
      if (isLive(tenant) !== livemode)
        throw new Error(`${tenant} has no provider: the configured key is ${livemode ? 'live' : 'test'}`);
      return called;
    },
    livemode,
    simulatorUrl: null,
    announce: () => Promise.resolve(),
    stop() {
      gateway.close();
      return Promise.resolve();
    },
  };
}

/** A key with a typing error would otherwise show at the first charge. Stripe out of reach keeps no start up. */
async function refuseUnknownKey(gateway: StripeGateway, tell: PspOptions['tell']): Promise<void> {
  const check = await gateway.checkKey();
  if (check.kind === 'refused') {
    gateway.close();
    throw new CommandRefused(
      `Stripe refuses the key of STRIPE_SECRET_KEY: ${maskCredentials(check.reason)} Copy the secret key from https://dashboard.stripe.com/apikeys.`,
    );
  }
  if (check.kind === 'unanswered')
    tell(
      `Stripe did not say whether it knows the key: ${maskCredentials(check.reason)} Starting all the same.`,
    );
}

async function openSimulator(options: PspOptions, port: number): Promise<Psp> {
  const simulator = await startSimulatorIn(options, port);
  const { hostname, port: listening } = new URL(simulator.url);
  let secrets = options.secrets;
  const gateway = createStripeGateway({
    ...gatewayOptions(options),
    secretKey: secrets.simulatorKey,
    webhookSecrets: () => secrets.webhookEndpoints.map(({ secret }) => secret),
    host: hostname,
    port: Number(listening),
    protocol: 'http',
  });
  const called = options.traffic.gateway(options.failpoints.gateway(gateway));
  return {
    gateway,
    gatewayFor: (_tenant, provider) => {
      assertProvider(provider, gateway);
      return called;
    },
    livemode: false,
    simulatorUrl: simulator.url,
    announce: (webhookUrl) =>
      options.inTurn(async () => {
        // Read again: another process of the installation may have registered its own endpoint meanwhile.
        const { dataDirectory } = options.configuration;
        const { webhookEndpoints: known, ...others } = await loadLocalSecrets(dataDirectory);
        const endpoint = await gateway.registerWebhookEndpoint(webhookUrl, known);
        const rest = known.filter(({ endpointId }) => endpointId !== endpoint.endpointId);
        for (const { endpointId } of rest.slice(otherEndpoints))
          await gateway.removeWebhookEndpoint(endpointId);
        secrets = { ...others, webhookEndpoints: [endpoint, ...rest.slice(0, otherEndpoints)] };
        await saveLocalSecrets(dataDirectory, secrets);
      }),
    async stop() {
      gateway.close();
      await simulator.stop();
    },
  };
}

/** Processes of one installation listen on different ports; endpoints of ports that it used before are removed. */
const otherEndpoints = 7;

async function startSimulatorIn(options: PspOptions, port: number): Promise<SharedSimulator> {
  const dataDirectory = join(options.configuration.dataDirectory, 'stripe-simulator');
  await makeFolders(dataDirectory);
  return shareSimulator({
    program: options.simulatorProgram,
    port,
    dataDirectory,
    addressFile: join(options.configuration.dataDirectory, 'stripe-simulator.json'),
    log: options.tell,
    inTurn: options.inTurn,
  });
}

const gatewayOptions = ({ configuration, secrets, publicBaseUrl, log, traffic }: PspOptions) => ({
  installation: configuration.psp.installation ?? secrets.installation,
  onBreaker: (state: BreakerState) => traffic.onBreaker('stripe', state),
  timeoutMs: configuration.psp.timeoutMs,
  maxConnections: configuration.workers.concurrency,
  returnUrl: `${publicBaseUrl}/`,
  log: (line: string) => log.warn({ psp: 'stripe' }, line),
});
