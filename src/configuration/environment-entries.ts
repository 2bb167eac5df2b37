import { contexts } from '../core/contexts';
import { configurationEntries } from './configuration-entries';
import {
  choice,
  integer,
  isAddressOrNetwork,
  list,
  optionalUrl,
  text,
  type ConfigurationEntry,
} from './configuration-entry';

const tenMinutesMs = 600_000;
const highestPort = 65_535;

/** Text that has no default: a program that needs it cannot start without it. */
const word = (options: {
  readonly name: string;
  readonly description: string;
  readonly pattern: RegExp;
  readonly allowed: string;
}) => text({ ...options, default: '' });

const oneOf = (name: string, description: string, words: readonly string[]) =>
  word({
    name,
    description,
    pattern: new RegExp(`^(${words.join('|')})$`),
    allowed: `one of ${words.join(', ')}`,
  });

/** Not shown when it is wrong: somebody may have put a password into it. */
const database = (name: string, store: string) => ({
  ...word({
    name,
    description: `Server and database of ${store}, without a password.`,
    pattern: /^postgres(ql)?:\/\/[^:@/\s]+@[^@/\s]+\/[^/?\s]+(\?\S*)?$/,
    allowed: 'a URL like postgresql://user@host:5432/database, without a password',
  }),
  isSecret: true,
});

const secret = (name: string, description: string) =>
  word({
    name,
    description,
    pattern: /^[\w/+=.@:!-]{1,512}$/,
    allowed: 'the ARN or name of a secret in Secrets Manager',
  });

/**
 * Every variable that the programs and functions on AWS read. The stacks set them; no secret is among them, only
 * where it is kept. What means the same on one machine is described there.
 */
export const awsEntries = {
  FINCORE_STAGE: word({
    name: 'FINCORE_STAGE',
    description: 'The stage that the program belongs to; the journal knows the same.',
    pattern: /^[a-z][a-z0-9-]{0,30}$/,
    allowed: 'the name of a stage, for example dev, staging or production',
  }),
  FINCORE_REGION: word({
    name: 'FINCORE_REGION',
    description: 'Region of the stage; without it, `AWS_REGION`.',
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    allowed: 'a region such as eu-central-1',
  }),
  FINCORE_JOURNAL_URL: database('FINCORE_JOURNAL_URL', 'the event journal'),
  FINCORE_READ_MODELS_URL: database('FINCORE_READ_MODELS_URL', 'the read models of all contexts'),
  FINCORE_LEDGER_URL: database('FINCORE_LEDGER_URL', 'LedgerDB'),
  FINCORE_AUDIT_URL: database('FINCORE_AUDIT_URL', 'the audit log'),
  FINCORE_DATABASE_AUTH: choice({
    name: 'FINCORE_DATABASE_AUTH',
    description:
      'How one signs in at the databases: with a token of the role, or with a password from a secret.',
    options: ['iam', 'password'],
    default: 'iam',
  }),
  FINCORE_DATABASE_SECRET_ARN: secret(
    'FINCORE_DATABASE_SECRET_ARN',
    'JSON with `username` and `password`; needed with `FINCORE_DATABASE_AUTH=password`.',
  ),
  FINCORE_LEDGER_DATABASE_SECRET_ARN: secret(
    'FINCORE_LEDGER_DATABASE_SECRET_ARN',
    'The same for LedgerDB, where it has a cluster of its own; without it, one secret is for all.',
  ),
  FINCORE_DATABASE_ENDPOINT: choice({
    name: 'FINCORE_DATABASE_ENDPOINT',
    description:
      'What the URLs lead to. RDS Proxy refuses settings of a connection and cannot listen for commits; programs that run all the time use the cluster.',
    options: ['cluster', 'proxy'],
    default: 'cluster',
  }),
  FINCORE_DATABASE_CA_FILE: text({
    name: 'FINCORE_DATABASE_CA_FILE',
    description:
      'File with the certificate authorities of the databases, such as `global-bundle.pem` of RDS; without it, those that Node.js trusts.',
    default: '',
    pattern: /^[^\0]{0,1024}$/,
    allowed: 'a path of at most 1024 characters',
  }),
  FINCORE_DATABASE_POOL_SIZE: configurationEntries.databasePoolSize,
  FINCORE_DATABASE_USERS: word({
    name: 'FINCORE_DATABASE_USERS',
    description:
      'JSON: for each program the user that the migrations make for it; it signs in with a token of its role.',
    pattern: /^\{.*\}$/s,
    allowed: 'JSON like {"api": "fincore_api", "relay": "fincore_relay", …}',
  }),
  FINCORE_DATABASE_FORMER_USERS: list({
    name: 'FINCORE_DATABASE_FORMER_USERS',
    description: 'Users that versions before signed in as; the contract phase of the migrations drops them.',
    isSecret: false,
    isItem: (item) => /^[a-z_][a-z0-9_]{0,62}$/.test(item),
    allowed: 'user names of lower-case letters, digits and _, separated by commas',
  }),
  FINCORE_READER: oneOf('FINCORE_READER', 'The reader that the function is.', contexts.streamReaders),
  FINCORE_WORKER: oneOf(
    'FINCORE_WORKER',
    'The context whose jobs the function does.',
    contexts.workers.map(({ name }) => name),
  ),
  FINCORE_STREAM_NAME: word({
    name: 'FINCORE_STREAM_NAME',
    description: 'The Kinesis stream that the journal is published on.',
    pattern: /^[\w.-]{1,128}$/,
    allowed: 'the name of a stream',
  }),
  FINCORE_QUEUE_URLS: word({
    name: 'FINCORE_QUEUE_URLS',
    description: 'JSON: for each job queue the URLs of its SQS queue and of its dead-letter queue.',
    pattern: /^\{.*\}$/s,
    allowed: 'JSON like {"payments": {"url": "https://…", "deadLetterUrl": "https://…"}}',
  }),
  FINCORE_PARKING_BUCKET: word({
    name: 'FINCORE_PARKING_BUCKET',
    description: 'The bucket that takes records of the stream that could not be read.',
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    allowed: 'the name of a bucket',
  }),
  FINCORE_REDIS_URL: optionalUrl({
    name: 'FINCORE_REDIS_URL',
    description: 'Cache and rate limits that all processes share; without it, each process has its own.',
    schemes: ['rediss:', 'redis:'],
    example: 'rediss://cache.example.internal:6379',
    isSecret: true,
    defaultText: 'in process',
  }),
  FINCORE_REDIS_SECRET_ARN: secret(
    'FINCORE_REDIS_SECRET_ARN',
    'JSON with `token`, by which programs sign in at the cache; without it, they sign in with no token.',
  ),
  FINCORE_STRIPE_SECRET_ARN: secret(
    'FINCORE_STRIPE_SECRET_ARN',
    'JSON with `secret_key` and `webhook_secret`.',
  ),
  FINCORE_OPERATOR_SECRET_ARN: secret('FINCORE_OPERATOR_SECRET_ARN', 'The operator key, as text.'),
  FINCORE_SEALING_SECRET_ARN: secret(
    'FINCORE_SEALING_SECRET_ARN',
    'Text that secrets in the journal are sealed with.',
  ),
  FINCORE_PUBLIC_URL: word({
    name: 'FINCORE_PUBLIC_URL',
    description: 'Origin under which callers reach the API.',
    pattern: /^https?:\/\/[^/\s]+$/,
    allowed: 'an origin like https://pay.example.com',
  }),
  FINCORE_STRIPE_HOST: text({
    name: 'FINCORE_STRIPE_HOST',
    description: 'Another host than that of Stripe, for tests with the simulator.',
    default: '',
    pattern: /^[A-Za-z0-9.-]{0,253}$/,
    allowed: 'a host name',
  }),
  FINCORE_STRIPE_PORT: integer({
    name: 'FINCORE_STRIPE_PORT',
    description: 'Its port.',
    default: 443,
    minimum: 1,
    maximum: highestPort,
  }),
  FINCORE_STRIPE_PROTOCOL: choice({
    name: 'FINCORE_STRIPE_PROTOCOL',
    description: 'Its protocol.',
    options: ['https', 'http'],
    default: 'https',
  }),
  FINCORE_INSTALLATION: configurationEntries.installation,
  FINCORE_CHARGE_EXPIRES_AFTER_SECONDS: configurationEntries.chargeExpiresAfterSeconds,
  FINCORE_KEEP_KEYS_DAYS: configurationEntries.keepKeysDays,
  FINCORE_KEEP_REFUSALS_DAYS: configurationEntries.keepRefusalsDays,
  FINCORE_PSP_TIMEOUT_MS: configurationEntries.pspTimeoutMs,
  FINCORE_PORT: configurationEntries.port,
  FINCORE_HOST: text({
    name: 'FINCORE_HOST',
    description: 'Address that the API listens on.',
    default: '0.0.0.0',
    pattern: /^[A-Za-z0-9:._-]{1,253}$/,
    allowed: 'an IP address or a host name',
  }),
  FINCORE_TRUSTED_PROXIES: list({
    name: 'FINCORE_TRUSTED_PROXIES',
    description: 'Networks of the load balancer, whose `X-Forwarded-For` is believed.',
    isSecret: false,
    isItem: isAddressOrNetwork,
    allowed: 'IP addresses or networks like 10.0.0.0/8, separated by commas',
  }),
  FINCORE_RATE_LIMIT_PER_SECOND: configurationEntries.rateLimitPerSecond,
  FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE: configurationEntries.rateLimitAnonymousPerMinute,
  FINCORE_TRACE_COLLECTOR: text({
    name: 'FINCORE_TRACE_COLLECTOR',
    description:
      'Where the collector of traces beside the program takes segments by UDP; without it, none are sent.',
    default: '',
    pattern: /^(\d{1,3}(\.\d{1,3}){3}:\d{1,5})?$/,
    allowed: 'an IPv4 address and a port, like 127.0.0.1:2000',
  }),
  FINCORE_LOG_LEVEL: configurationEntries.logLevel,
  FINCORE_SHUTDOWN_TIMEOUT_MS: integer({
    name: 'FINCORE_SHUTDOWN_TIMEOUT_MS',
    description:
      'How long a stop waits for what is in progress, in milliseconds; shorter than the stop timeout of the task.',
    default: 45_000,
    minimum: 0,
    maximum: tenMinutesMs,
  }),
} as const satisfies Readonly<Record<string, ConfigurationEntry<unknown>>>;

export type AwsEntries = typeof awsEntries;
export type AwsVariable = keyof AwsEntries;
