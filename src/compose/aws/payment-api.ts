import type { AddressInfo } from 'node:net';
import { createRedisCache } from '../../adapters/aws/redis/redis-cache';
import type { RedisConnection } from '../../adapters/aws/redis/redis-connection';
import { createRedisRateCounter } from '../../adapters/aws/redis/redis-rate-counter';
import { createSecretsManagerStore } from '../../adapters/aws/secrets/secrets-manager-store';
import { countFloods } from '../../runtime/count-floods';
import { createAuditLog } from '../../adapters/postgres/audit/audit-log';
import { createFeedTail } from '../../adapters/postgres/journal/feed-tail';
import { buildApp } from '../../api/app';
import { createLogger } from '../../api/logging/logger';
import { assert } from '../../core/kernel';
import type { Journal, Log } from '../../core/ports';
import { cachedAnswers } from '../../runtime/cached-answers';
import { createPolledProgress } from '../../runtime/polled-progress';
import { createApiDependencies } from '../api-dependencies';
import { createApiMetrics } from '../../operations/metrics/api-metrics';
import { secretsClient } from '../../adapters/aws/clients';
import { emitMetrics } from '../../adapters/aws/metrics/emit-metrics';
import { openTracing } from './open-tracing';
import { type PaymentApiEnvironment, paymentApiVariables } from './program-variables';
import { readEnvironment } from '../../configuration/read-environment';
import { requireRightStage } from './right-stage';
import { openRotatingAccess } from './rotating-access';
import { openSharedCache } from './shared-cache';
import { openSignIn } from './sign-in';
import { storeUrlsIn } from './store-variables';
import { openStripeAccount } from './stripe-account';
import { stripeSettings } from './stripe-settings';
import { traceRequests } from '../../operations/trace-requests';
import { type Stores, openStores } from '../stores';
import type { Environment } from '../../configuration/configuration';
import { drainOf } from '../../operations/process/drain';
import { type Opened, openAll } from '../../operations/process/opened';
import { startStoreRetention } from '../store-retention';
import type { BeginStep } from '../../operations/process/start-steps';
import { startTimer } from '../../adapters/postgres/start-timer';
import { watchCommits } from '../watch-commits';

export interface RunningPaymentApi {
  /** Where it listens. */
  readonly url: string;
  /** Stops taking requests, finishes what is in progress, and closes everything. A second call waits for the first. */
  readonly stop: () => Promise<void>;
}

const append = { batchLimit: 500, queueLimit: 5_000 };
/** The readers run elsewhere, behind a stream: a list waits longer for them than on one machine. */
const readWaitMs = 5_000;
/** Look-ups of the PSP that the API makes itself are few. */
const pspConnections = 10;
/** Webhook secrets are verified as of the last look. */
const secretLookIntervalMs = 30_000;

/**
 * The API on AWS, and nothing else: what is accepted is in the journal, everything that follows from it happens in
 * the relay and in the functions.
 */
export async function startPaymentApi(
  environment: Environment,
  begin: BeginStep,
): Promise<RunningPaymentApi> {
  const settings = readEnvironment(paymentApiVariables, environment);
  const { value: url, stop } = await openAll((opened) => open(settings, begin, opened));
  return { url, stop };
}

async function open(settings: PaymentApiEnvironment, begin: BeginStep, opened: Opened): Promise<string> {
  const log = createLogger({ level: settings.FINCORE_LOG_LEVEL });
  const secrets = createSecretsManagerStore({ client: secretsClient(settings.FINCORE_REGION), log });
  begin('what it signs in to the database with');
  const signIn = await openSignIn(settings, secrets);
  const urls = storeUrlsIn(settings);
  const databases = { poolSize: settings.FINCORE_DATABASE_POOL_SIZE };
  const stores = openStores({ databases, append }, urls, log, signIn);
  opened.push(() => stores.close());
  begin('the database of the journal');
  await requireRightStage(stores.pools.journal, urls.journal, settings.FINCORE_STAGE);

  begin('the secrets of Stripe and of the operator');
  const psp = await openStripeAccount({
    secrets,
    secretName: settings.FINCORE_STRIPE_SECRET_ARN,
    settings: stripeSettings(settings, { maxConnections: pspConnections, log }),
  });
  opened.push(() => psp.close());
  opened.push(keepFresh(psp, log));
  const access = await openRotatingAccess(stores, secrets, settings.FINCORE_OPERATOR_SECRET_ARN, log);
  opened.push(() => access.close());
  begin('the head of the journal');
  const tail = await createFeedTail(stores.records, {
    local: stores.records,
    onError: (error) => log.warn({ err: error }, 'reading the journal failed; trying again'),
  });
  opened.push(() => tail.close());
  const auditLog = countFloods(createAuditLog(stores.pools.audit, { ids: stores.ids, report: log }), {
    startTimer,
  });
  opened.push(() => auditLog.close());
  const forgetting = startStoreRetention({
    stores,
    log,
    retention: {
      keysDays: settings.FINCORE_KEEP_KEYS_DAYS,
      refusalsDays: settings.FINCORE_KEEP_REFUSALS_DAYS,
    },
  });
  opened.push(() => forgetting.stop());
  const counts = emitMetrics('payment-api', settings);
  opened.push(() => counts.close());

  const tracing = openTracing(settings, log);
  if (tracing !== null) opened.push(() => tracing.close());

  begin('the shared cache');
  const redis = await openSharedCache(settings, secrets, log);
  if (redis !== null) opened.push(() => redis.close());

  begin('the API');
  const metrics = createApiMetrics(stores);
  const app = await buildApp({
    ...createApiDependencies({
      configuration: {
        http: { trustedProxies: settings.FINCORE_TRUSTED_PROXIES },
        rateLimits: {
          perCredentialPerSecond: settings.FINCORE_RATE_LIMIT_PER_SECOND,
          anonymousPerMinute: settings.FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE,
        },
        chargeLifetimeMs: settings.FINCORE_CHARGE_EXPIRES_AFTER_SECONDS * 1_000,
      },
      publicBaseUrl: settings.FINCORE_PUBLIC_URL,
      stores,
      access: { ...access, journal: withCache(access.journal, redis) },
      streams: watchCommits(tail, access.authenticator),
      progressOf: progressOf(stores, log),
      readWaitMs,
      psp,
      webhooks: {
        sealingKeys: () => secrets.versions(settings.FINCORE_SEALING_SECRET_ARN),
        arePrivateAllowed: false,
      },
      auditLog,
      log,
      metrics: metrics.scrape,
      counts,
    }),
    onAnswered: metrics.onAnswered,
    ...(redis === null ? {} : { rateCounter: createRedisRateCounter(redis) }),
  });
  if (tracing !== null) traceRequests(app.server, { name: 'payment-api', sender: tracing, clock: Date.now });
  opened.push(drainOf(app, settings.FINCORE_SHUTDOWN_TIMEOUT_MS));
  await app.listen({ host: settings.FINCORE_HOST, port: settings.FINCORE_PORT });
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address}:${String(port)}`;
}

/** A rotated webhook secret is known before the first notice that is signed with it is refused for long. */
function keepFresh(psp: { refresh(): Promise<void> }, log: Log): () => void {
  const look = () =>
    psp.refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'the secrets of Stripe could not be read again; the last ones stay good');
    });
  const timer = setInterval(() => void look(), secretLookIntervalMs).unref();
  return () => clearInterval(timer);
}

/** Without a cache the journal answers repeated requests itself. */
const withCache = (journal: Journal, redis: RedisConnection | null): Journal =>
  redis === null
    ? journal
    : cachedAnswers(journal, {
        cache: createRedisCache(redis),
        // The connection tells of its failures once; each request would tell the same again.
        onError: () => undefined,
      });

function progressOf(stores: Stores, log: Log) {
  const polled = (reader: { checkpoint(): Promise<number> }) =>
    createPolledProgress(reader, {
      startTimer,
      onError: (error) => log.warn({ err: error }, 'the place of a reader could not be read; trying again'),
    });
  const progress = new Map(stores.readers.map((reader) => [reader.name, polled(reader)] as const));
  return (reader: string) => {
    const found = progress.get(reader);
    assert(found !== undefined, `${reader} is a reader that the API waits for`);
    return found;
  };
}
