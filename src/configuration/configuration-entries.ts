import { leastKeepDays } from '../core/ports';
import {
  choice,
  integer,
  isAddressOrNetwork,
  list,
  optionalSecret,
  optionalText,
  optionalUrl,
  text,
  type ConfigurationEntry,
} from './configuration-entry';

const tenMinutesMs = 600_000;
const daySeconds = 86_400;
const highestPort = 65_535;

const webhookSecretPattern = /^whsec_\S{8,}$/;

const database = (name: string, description: string, defaultText: string) =>
  optionalUrl({
    name,
    description,
    schemes: ['postgres:', 'postgresql:'],
    example: 'postgresql://user:password@host:5432/database',
    isSecret: true,
    defaultText,
  });

const storeDatabase = (name: string, store: string) =>
  database(name, `Server and database of ${store}, where it lives apart from the others.`, '`DATABASE_URL`');

/** Every variable that FinCore reads. What it accepts, what it refuses and the reference page all come from here. */
export const configurationEntries = {
  port: integer({
    name: 'FINCORE_PORT',
    description: 'TCP port of the API; 0 takes any free one.',
    default: 4000,
    minimum: 0,
    maximum: highestPort,
  }),
  host: text({
    name: 'FINCORE_HOST',
    description: 'Address that the API listens on. `0.0.0.0` makes it reachable from other machines.',
    default: '127.0.0.1',
    pattern: /^[A-Za-z0-9:._-]{1,253}$/,
    allowed: 'an IP address or a host name',
  }),
  publicUrl: optionalUrl({
    name: 'FINCORE_PUBLIC_URL',
    description: 'Origin under which callers reach the API, for example behind a proxy.',
    schemes: ['http:', 'https:'],
    example: 'https://pay.example.com',
    isSecret: false,
    defaultText: '`http://` with host and port',
  }),
  trustedProxies: list({
    name: 'FINCORE_TRUSTED_PROXIES',
    description:
      'Proxies whose `X-Forwarded-For` is believed; without any, the peer of the connection is the client.',
    isSecret: false,
    isItem: isAddressOrNetwork,
    allowed: 'IP addresses or networks like 10.0.0.0/8, separated by commas',
  }),
  dataDirectory: text({
    name: 'FINCORE_DATA_DIR',
    description: 'Folder of the embedded database, of the simulator and of `credentials.json`.',
    default: '.fincore',
    pattern: /^[^\0]{1,1024}$/,
    allowed: 'a path of at most 1024 characters',
  }),
  databaseUrl: database(
    'DATABASE_URL',
    'A PostgreSQL server to use instead of the embedded one.',
    'the embedded server',
  ),
  journalDatabaseUrl: storeDatabase('FINCORE_JOURNAL_DATABASE_URL', 'the event journal'),
  readModelsDatabaseUrl: storeDatabase('FINCORE_READ_MODELS_DATABASE_URL', 'the read models of all contexts'),
  ledgerDatabaseUrl: storeDatabase('FINCORE_LEDGER_DATABASE_URL', 'LedgerDB'),
  auditDatabaseUrl: storeDatabase('FINCORE_AUDIT_DATABASE_URL', 'the audit log'),
  databasePoolSize: integer({
    name: 'FINCORE_DATABASE_POOL_SIZE',
    description: 'Connections of one process to each store, at most.',
    default: 8,
    minimum: 1,
    maximum: 200,
  }),
  psp: choice({
    name: 'FINCORE_PSP',
    description: 'Who moves the money: Stripe, or the simulator that is started along.',
    options: ['stripe-simulator', 'stripe'],
    default: 'stripe-simulator',
  }),
  stripeSecretKey: optionalSecret({
    name: 'STRIPE_SECRET_KEY',
    description: 'Secret or restricted key of the Stripe account; required with `FINCORE_PSP=stripe`.',
    pattern: /^(sk|rk)_(test|live)_\S{8,}$/,
    allowed: 'a key that begins with sk_test_, sk_live_, rk_test_ or rk_live_',
  }),
  stripeWebhookSecret: optionalSecret({
    name: 'STRIPE_WEBHOOK_SECRET',
    description:
      'Signing secret of the webhook endpoint at Stripe; this or `STRIPE_WEBHOOK_SECRETS` is required with `FINCORE_PSP=stripe`.',
    pattern: webhookSecretPattern,
    allowed: 'a secret that begins with whsec_',
  }),
  stripeWebhookSecrets: list({
    name: 'STRIPE_WEBHOOK_SECRETS',
    description: 'Several signing secrets, all of them accepted, while one replaces another.',
    isSecret: true,
    isItem: (item) => webhookSecretPattern.test(item),
    allowed: 'secrets that begin with whsec_, separated by commas',
  }),
  stripeSimulatorPort: integer({
    name: 'STRIPE_SIMULATOR_PORT',
    description: 'TCP port of the Stripe simulator; 0 takes any free one.',
    default: 4010,
    minimum: 0,
    maximum: highestPort,
  }),
  pspTimeoutMs: integer({
    name: 'FINCORE_PSP_TIMEOUT_MS',
    description:
      'How long a call to the PSP may take, in milliseconds; after that its outcome is unknown and looked up.',
    default: 10_000,
    minimum: 100,
    maximum: tenMinutesMs,
  }),
  installation: optionalText({
    name: 'FINCORE_INSTALLATION',
    description:
      'Name that tells the payments of this installation from those of another one on the same account of the provider; written to their metadata. Without it, a name that was drawn at the first start; on AWS, the stage.',
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    allowed: '1 to 64 letters, digits, _ and -',
    defaultText: 'drawn at the first start',
  }),
  chargeExpiresAfterSeconds: integer({
    name: 'FINCORE_CHARGE_EXPIRES_AFTER_SECONDS',
    description:
      'Seconds after which a charge is withdrawn that the provider has not taken; the default of `expires_at`.',
    default: daySeconds,
    minimum: 1,
    maximum: daySeconds,
  }),
  workerConcurrency: integer({
    name: 'FINCORE_WORKER_CONCURRENCY',
    description: 'Jobs that one process works on at the same time, at most.',
    default: 64,
    minimum: 1,
    maximum: 10_000,
  }),
  jobLeaseMs: integer({
    name: 'FINCORE_JOB_LEASE_MS',
    description:
      'How long a worker may hold a job, in milliseconds; after that, as when its process has died, the job is delivered again. Keep it longer than `FINCORE_PSP_TIMEOUT_MS`.',
    default: 60_000,
    minimum: 500,
    maximum: tenMinutesMs,
  }),
  rateLimitPerSecond: integer({
    name: 'FINCORE_RATE_LIMIT_PER_SECOND',
    description: 'Requests per second for each credential; beyond it 429.',
    default: 500,
    minimum: 1,
    maximum: 1_000_000,
  }),
  rateLimitAnonymousPerMinute: integer({
    name: 'FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE',
    description: 'Requests per minute without a valid credential for each client address; beyond it 429.',
    default: 120,
    minimum: 1,
    maximum: 1_000_000,
  }),
  appendQueueLimit: integer({
    name: 'FINCORE_APPEND_QUEUE_LIMIT',
    description: 'Appends that wait for the journal at the same time, at most; beyond it 503.',
    default: 5_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  appendBatchLimit: integer({
    name: 'FINCORE_APPEND_BATCH_LIMIT',
    description: 'Appends that go into one commit of the journal, at most.',
    default: 500,
    minimum: 1,
    maximum: 10_000,
  }),
  keepKeysDays: integer({
    name: 'FINCORE_KEEP_KEYS_DAYS',
    description: 'For how many days a retry with the same idempotency key gets the first answer.',
    default: leastKeepDays,
    minimum: leastKeepDays,
    maximum: 3_650,
  }),
  keepRefusalsDays: integer({
    name: 'FINCORE_KEEP_REFUSALS_DAYS',
    description: 'For how many days the audit keeps refusals. What was done is kept without a limit.',
    default: 400,
    minimum: leastKeepDays,
    maximum: 3_650,
  }),
  verifyIntervalSeconds: integer({
    name: 'FINCORE_VERIFY_INTERVAL_SECONDS',
    description:
      'How often the books are verified in the background, in seconds; 0 for never. What is new each time, everything once a day.',
    default: 3_600,
    minimum: 0,
    maximum: 86_400,
  }),
  webhookPrivateTargets: choice({
    name: 'FINCORE_WEBHOOK_PRIVATE_TARGETS',
    description:
      'Whether webhook endpoints of test keys may be on this machine or a private network, also over http. Live endpoints never may.',
    default: 'refuse',
    options: ['refuse', 'allow'],
  }),
  logLevel: choice({
    name: 'FINCORE_LOG_LEVEL',
    description: 'The least serious messages that are logged.',
    options: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
  }),
  shutdownTimeoutMs: integer({
    name: 'FINCORE_SHUTDOWN_TIMEOUT_MS',
    description:
      'How long a stop waits for requests and jobs in progress, or for a start that has not come to its end, in milliseconds.',
    default: 20_000,
    minimum: 0,
    maximum: tenMinutesMs,
  }),
} as const satisfies Readonly<Record<string, ConfigurationEntry<unknown>>>;

/** The same, in the order of the reference. */
export const allConfigurationEntries: readonly ConfigurationEntry<unknown>[] =
  Object.values(configurationEntries);
