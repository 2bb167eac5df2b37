import { closest, distance } from 'fastest-levenshtein';
import { allConfigurationEntries, configurationEntries } from './configuration-entries';
import type { ConfigurationEntry } from './configuration-entry';
import { type StoreName, perStore, storeNames } from './store-names';

/** Everything that can be set from outside, checked once at start; no other code reads the environment. */
export interface Configuration {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Without it, callers reach the API under host and port. */
    readonly publicUrl: string | undefined;
    readonly trustedProxies: readonly string[];
  };
  readonly dataDirectory: string;
  readonly databases: Readonly<Record<StoreName, DatabaseLocation>> & { readonly poolSize: number };
  readonly psp: PspChoice & {
    readonly timeoutMs: number;
    /** Without it, a name that was drawn at the first start. */
    readonly installation: string | undefined;
  };
  /** After so long, a charge that names no `expires_at` and was not taken is withdrawn. */
  readonly chargeLifetimeMs: number;
  readonly workers: { readonly concurrency: number; readonly leaseMs: number };
  readonly rateLimits: { readonly perCredentialPerSecond: number; readonly anonymousPerMinute: number };
  readonly append: { readonly queueLimit: number; readonly batchLimit: number };
  readonly retention: { readonly keysDays: number; readonly refusalsDays: number };
  /** 0: never. */
  readonly verifyIntervalMs: number;
  /** Lets webhook endpoints of test keys be on this machine or a private network. */
  readonly arePrivateWebhooksAllowed: boolean;
  readonly logLevel: typeof configurationEntries.logLevel.default;
  readonly shutdownTimeoutMs: number;
}

export type DatabaseLocation =
  { readonly kind: 'embedded' } | { readonly kind: 'server'; readonly url: string };

/** Of every store, the journal's first. */
export const locationsOf = (databases: Configuration['databases']): readonly DatabaseLocation[] =>
  storeNames.map((store) => databases[store]);

export type PspChoice =
  | { readonly kind: 'stripe-simulator'; readonly port: number }
  | {
      readonly kind: 'stripe';
      readonly secretKey: string;
      /** At least one; a webhook signed with any of them is accepted. */
      readonly webhookSecrets: readonly string[];
    };

export interface ConfigurationProblem {
  readonly variable: string;
  /** What was received and what is allowed, as whole sentences. Shows no secret. */
  readonly message: string;
}

export type ParsedConfiguration =
  | { readonly ok: true; readonly value: Configuration }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of tests; they configure no part of FinCore that an operator uses. */
const testVariable = /^FINCORE_(TEST_|FAILPOINT)/;

/** Beyond a third of a name, a suggestion is more likely to mislead than to help. */
const suggestionDistanceRatio = 1 / 3;

const shownCharacters = 100;

/** Reads the environment as a whole: all problems are reported at once. An empty value counts as not set. */
export function parseConfiguration(environment: Environment): ParsedConfiguration {
  const problems: ConfigurationProblem[] = [...unknownVariables(environment)];
  const read: Read = (entry) => {
    const received = environment[entry.name];
    if (received === undefined || received === '') return entry.default;
    const parsed = entry.parse(received);
    if (parsed.ok) return parsed.value;
    problems.push(wrongValue(entry, received));
    return entry.default;
  };
  const psp = readPsp(read, problems, environment);
  const value = readConfiguration(read, psp);
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

type Read = <Value>(entry: ConfigurationEntry<Value>) => Value;

function readConfiguration(read: Read, psp: PspChoice): Configuration {
  const entries = configurationEntries;
  const everywhere = read(entries.databaseUrl);
  const locate = (entry: ConfigurationEntry<string | undefined>): DatabaseLocation => {
    const url = read(entry) ?? everywhere;
    return url === undefined ? { kind: 'embedded' } : { kind: 'server', url };
  };
  return {
    http: {
      host: read(entries.host),
      port: read(entries.port),
      publicUrl: read(entries.publicUrl),
      trustedProxies: read(entries.trustedProxies),
    },
    dataDirectory: read(entries.dataDirectory),
    databases: {
      ...perStore((store) => locate(entries[`${store}DatabaseUrl`])),
      poolSize: read(entries.databasePoolSize),
    },
    psp: { ...psp, timeoutMs: read(entries.pspTimeoutMs), installation: read(entries.installation) },
    chargeLifetimeMs: read(entries.chargeExpiresAfterSeconds) * 1_000,
    workers: { concurrency: read(entries.workerConcurrency), leaseMs: read(entries.jobLeaseMs) },
    rateLimits: {
      perCredentialPerSecond: read(entries.rateLimitPerSecond),
      anonymousPerMinute: read(entries.rateLimitAnonymousPerMinute),
    },
    append: { queueLimit: read(entries.appendQueueLimit), batchLimit: read(entries.appendBatchLimit) },
    retention: { keysDays: read(entries.keepKeysDays), refusalsDays: read(entries.keepRefusalsDays) },
    verifyIntervalMs: read(entries.verifyIntervalSeconds) * 1_000,
    arePrivateWebhooksAllowed: read(entries.webhookPrivateTargets) === 'allow',
    logLevel: read(entries.logLevel),
    shutdownTimeoutMs: read(entries.shutdownTimeoutMs),
  };
}

/** Values of both providers are checked even when the other one is chosen: a typing error shows before it matters. */
function readPsp(read: Read, problems: ConfigurationProblem[], environment: Environment): PspChoice {
  const entries = configurationEntries;
  const port = read(entries.stripeSimulatorPort);
  const secretKey = read(entries.stripeSecretKey);
  const secret = read(entries.stripeWebhookSecret);
  const webhookSecrets = [
    ...new Set([...(secret === undefined ? [] : [secret]), ...read(entries.stripeWebhookSecrets)]),
  ];
  if (read(entries.psp) === 'stripe-simulator') return { kind: 'stripe-simulator', port };

  const isMissing = (...needed: readonly ConfigurationEntry<unknown>[]) =>
    needed.every(({ name }) => (environment[name] ?? '') === '');
  if (isMissing(entries.stripeSecretKey)) problems.push(missing(entries.stripeSecretKey));
  if (isMissing(entries.stripeWebhookSecret, entries.stripeWebhookSecrets)) {
    problems.push(missing(entries.stripeWebhookSecret));
  }
  if (read(entries.webhookPrivateTargets) === 'allow' && /^[a-z]+_live_/.test(secretKey ?? ''))
    problems.push({
      variable: entries.webhookPrivateTargets.name,
      message: `${entries.webhookPrivateTargets.name} is "allow"; with a live key of Stripe it must be "refuse".`,
    });
  return { kind: 'stripe', secretKey: secretKey ?? '', webhookSecrets };
}

function wrongValue(entry: ConfigurationEntry<unknown>, received: string): ConfigurationProblem {
  const shown = entry.isSecret ? `a hidden value of ${received.length} characters` : shorten(received);
  return { variable: entry.name, message: `${entry.name} is ${shown}; it must be ${entry.allowed}.` };
}

function missing(entry: ConfigurationEntry<unknown>): ConfigurationProblem {
  return {
    variable: entry.name,
    message: `${entry.name} is not set; with FINCORE_PSP=stripe it must be ${entry.allowed}.`,
  };
}

function shorten(received: string): string {
  return JSON.stringify(
    received.length > shownCharacters ? `${received.slice(0, shownCharacters)}…` : received,
  );
}

/** A misspelt variable would otherwise be a setting that silently does nothing. */
function unknownVariables(environment: Environment): readonly ConfigurationProblem[] {
  const known = allConfigurationEntries.map(({ name }) => name);
  return Object.keys(environment)
    .filter((name) => name.startsWith('FINCORE_') && environment[name] !== undefined)
    .filter((name) => !known.includes(name) && !testVariable.test(name))
    .map((name) => {
      const nearest = closest(name, known);
      const isNear = distance(name, nearest) <= name.length * suggestionDistanceRatio;
      const advice = isNear
        ? `did you mean ${nearest}?`
        : 'docs/reference/configuration.md lists what there is.';
      return { variable: name, message: `${name} is not a variable of FinCore; ${advice}` };
    });
}
