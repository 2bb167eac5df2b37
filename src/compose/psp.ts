import { join } from 'node:path';
import { makeFolders } from '../adapters/embedded/make-folders';
import { type StripeGateway, createStripeGateway } from '../adapters/psp/stripe/gateway';
import { type TenantId, isLive } from '../core/kernel';
import type { Log, Provider, PspGateway } from '../core/ports';
import type { Configuration } from '../configuration/configuration';
import type { Failpoints } from './failpoints';
import { assertProvider } from './assert-provider';
import { type LocalSecrets, saveLocalSecrets } from './local-secrets';
import { type InTurn, type SharedSimulator, shareSimulator } from './shared-simulator';

export interface Psp {
  readonly gateway: StripeGateway;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  /** Whether real money can move. */
  readonly livemode: boolean;
  /** Null where the real provider is used. */
  readonly simulatorUrl: string | null;
  /** Has the provider send its notices to this API; only the simulator is told, Stripe's dashboard does it for real. */
  announce(webhookUrl: string): Promise<void>;
  stop(): Promise<void>;
}

export interface PspOptions {
  readonly configuration: Configuration;
  readonly secrets: LocalSecrets;
  /** The bundled Stripe simulator. */
  readonly simulatorProgram: string;
  readonly publicBaseUrl: string;
  /** Hears, in sentences, what the start is doing. */
  readonly tell: (line: string) => void;
  readonly log: Pick<Log, 'warn'>;
  readonly failpoints: Failpoints;
  /** See {@link SharedSimulatorOptions}. */
  readonly inTurn: InTurn;
}

/** Connects to the configured provider, starting the simulator where that is the one. */
export async function openPsp(options: PspOptions): Promise<Psp> {
  const { psp } = options.configuration;
  return psp.kind === 'stripe' ? openStripe(options, psp) : openSimulator(options, psp.port);
}

function openStripe(
  options: PspOptions,
  psp: { readonly secretKey: string; readonly webhookSecrets: readonly string[] },
): Psp {
  const gateway = createStripeGateway({
    ...gatewayOptions(options),
    secretKey: psp.secretKey,
    webhookSecrets: psp.webhookSecrets,
  });
  const livemode = psp.secretKey.includes('_live_');
  return {
    gateway,
    gatewayFor: (tenant, provider) => {
      assertProvider(provider, gateway);
      // A test charge never reaches a live account: no key of the wrong side exists here.
      if (isLive(tenant) !== livemode)
        throw new Error(`${tenant} has no provider: the configured key is ${livemode ? 'live' : 'test'}`);
      return gateway;
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

async function openSimulator(options: PspOptions, port: number): Promise<Psp> {
  const simulator = await startSimulatorIn(options, port);
  const { hostname, port: listening } = new URL(simulator.url);
  let secrets = options.secrets;
  const gateway = createStripeGateway({
    ...gatewayOptions(options),
    secretKey: secrets.simulatorKey,
    webhookSecrets: () => secrets.webhookSecrets,
    host: hostname,
    port: Number(listening),
    protocol: 'http',
  });
  const called = options.failpoints.gateway(gateway);
  return {
    gateway,
    gatewayFor: (_tenant, provider) => {
      assertProvider(provider, gateway);
      return called;
    },
    livemode: false,
    simulatorUrl: simulator.url,
    async announce(webhookUrl) {
      const { secret } = await gateway.registerWebhookEndpoint(webhookUrl);
      secrets = { ...secrets, webhookSecrets: [secret, ...secrets.webhookSecrets.slice(0, 1)] };
      await saveLocalSecrets(options.configuration.dataDirectory, secrets);
    },
    async stop() {
      gateway.close();
      await simulator.stop();
    },
  };
}

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

const gatewayOptions = ({ configuration, publicBaseUrl, log }: PspOptions) => ({
  timeoutMs: configuration.psp.timeoutMs,
  maxConnections: configuration.workers.concurrency,
  returnUrl: `${publicBaseUrl}/`,
  log: (line: string) => log.warn({ psp: 'stripe' }, line),
});
