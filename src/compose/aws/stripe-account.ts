import { type StripeGateway, createStripeGateway } from '../../adapters/psp/stripe/gateway';
import type { StripeGatewayOptions } from '../../adapters/psp/stripe/options';
import { type TenantId, isLive } from '../../core/kernel';
import type { Provider, PspGateway, Secret, SecretStore, SecretVersions } from '../../core/ports';
import { CommandRefused } from '../../configuration/command-refused';
import { assertProvider } from '../assert-provider';

export interface StripeAccount {
  readonly gateway: PspGateway;
  readonly gatewayFor: (tenant: TenantId, provider: Provider) => PspGateway;
  /** Whether real money can move. */
  readonly livemode: boolean;
  /** Looks for rotated secrets now. A notice is verified with the secrets of the last look. */
  refresh(): Promise<void>;
  close(): void;
}

export interface StripeAccountOptions {
  readonly secrets: Pick<SecretStore, 'versions'>;
  /** JSON with `secret_key` and `webhook_secret`. */
  readonly secretName: string;
  readonly settings: Omit<StripeGatewayOptions, 'secretKey' | 'webhookSecrets'>;
}

interface Credentials {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

interface OpenGateway {
  readonly version: string;
  readonly gateway: StripeGateway;
}

/**
 * Stripe with the secrets of the moment: each call is made with the key that is current, and a notice may be signed
 * with the webhook secret before it, while a rotation overlaps. Nothing is restarted.
 */
export async function openStripeAccount(options: StripeAccountOptions): Promise<StripeAccount> {
  const { secrets, secretName, settings } = options;
  let webhookSecrets: readonly string[] = [];
  let open: OpenGateway | null = null;
  const retired = new Set<NodeJS.Timeout>();

  async function current(): Promise<StripeGateway> {
    const versions = await secrets.versions(secretName);
    webhookSecrets = webhookSecretsOf(secretName, versions);
    if (open?.version === versions.current.version) return open.gateway;
    const { secretKey } = credentialsOf(secretName, versions.current);
    if (open !== null) {
      refuseOtherSide(secretName, secretKey, livemode);
      retire(open.gateway);
    }
    const gateway = createStripeGateway({ ...settings, secretKey, webhookSecrets: () => webhookSecrets });
    open = { version: versions.current.version, gateway };
    return gateway;
  }

  /** What is on the wire ends with the key that it began with. */
  function retire(gateway: StripeGateway): void {
    const timer = setTimeout(() => {
      retired.delete(timer);
      gateway.close();
    }, settings.timeoutMs * 2).unref();
    retired.add(timer);
  }

  const livemode = isLiveKey(
    credentialsOf(secretName, (await secrets.versions(secretName)).current).secretKey,
  );
  const first = await current();
  const gateway: PspGateway = {
    name: first.name,
    amountRefusal: (amount) => first.amountRefusal(amount),
    authorize: async (request) => (await current()).authorize(request),
    withdraw: async (request) => (await current()).withdraw(request),
    capture: async (request) => (await current()).capture(request),
    cancel: async (request) => (await current()).cancel(request),
    refund: async (request) => (await current()).refund(request),
    findPayment: async (query) => (await current()).findPayment(query),
    findRefund: async (query) => (await current()).findRefund(query),
    listRefunds: async (query) => (await current()).listRefunds(query),
    verifyNotice: (request) => (open?.gateway ?? first).verifyNotice(request),
  };
  return {
    gateway,
    gatewayFor(tenant, provider) {
      assertProvider(provider, gateway);
      // A test charge never reaches a live account: no key of the wrong side exists here.
      if (isLive(tenant) !== livemode)
        throw new Error(
          `${tenant} has no provider: the key in ${secretName} is ${livemode ? 'live' : 'test'}`,
        );
      return gateway;
    },
    livemode,
    async refresh() {
      await current();
    },
    close() {
      for (const timer of retired) clearTimeout(timer);
      open?.gateway.close();
    },
  };
}

const isLiveKey = (secretKey: string): boolean => secretKey.includes('_live_');

function refuseOtherSide(secretName: string, secretKey: string, livemode: boolean): void {
  if (isLiveKey(secretKey) !== livemode)
    throw new Error(
      `the key in ${secretName} was rotated from ${livemode ? 'live' : 'test'} to the other side; start the programs of the stage again to mean that`,
    );
}

/** The one before may be from a time when the secret had another form. */
function webhookSecretsOf(secretName: string, { current, previous }: SecretVersions): readonly string[] {
  const { webhookSecret } = credentialsOf(secretName, current);
  const before = previous === null ? null : parsed(previous);
  return before === null || before.webhookSecret === webhookSecret
    ? [webhookSecret]
    : [webhookSecret, before.webhookSecret];
}

function credentialsOf(secretName: string, secret: Secret): Credentials {
  const credentials = parsed(secret);
  if (credentials === null)
    throw new CommandRefused(
      `The secret ${secretName} is not what Stripe needs: put JSON with "secret_key" (begins with sk_ or rk_) and "webhook_secret" (begins with whsec_) into it.`,
    );
  return credentials;
}

function parsed({ value }: Secret): Credentials | null {
  try {
    const { secret_key, webhook_secret } = JSON.parse(value) as Readonly<Record<string, unknown>>;
    if (typeof secret_key !== 'string' || !/^(sk|rk)_(test|live)_\S{8,}$/.test(secret_key)) return null;
    if (typeof webhook_secret !== 'string' || !/^whsec_\S{8,}$/.test(webhook_secret)) return null;
    return { secretKey: secret_key, webhookSecret: webhook_secret };
  } catch {
    return null;
  }
}
