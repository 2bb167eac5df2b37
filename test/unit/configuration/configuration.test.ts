import { allConfigurationEntries } from '../../../src/configuration/configuration-entries';
import {
  parseConfiguration,
  type Configuration,
  type Environment,
} from '../../../src/configuration/configuration';

function configurationOf(environment: Environment): Configuration {
  const parsed = parseConfiguration(environment);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.value;
}

function problemsOf(environment: Environment): readonly string[] {
  const parsed = parseConfiguration(environment);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

const stripeSettings = {
  FINCORE_PSP: 'stripe',
  STRIPE_SECRET_KEY: 'sk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
};

/** For every variable a value that differs from its default, and one that is refused. */
const samples: Readonly<Record<string, { readonly valid: string; readonly invalid: readonly string[] }>> = {
  FINCORE_PORT: { valid: '0', invalid: ['-1', '65536', '4000.5', '4e3', ' 4000', 'http', '0x10', '٤'] },
  FINCORE_HOST: { valid: '0.0.0.0', invalid: ['local host', 'http://localhost', 'a'.repeat(254)] },
  FINCORE_PUBLIC_URL: {
    valid: 'https://pay.example.com',
    invalid: ['pay.example.com', 'ftp://pay.example.com'],
  },
  FINCORE_TRUSTED_PROXIES: {
    valid: '10.0.0.0/8, ::1',
    invalid: ['true', '10.0.0.0/33', '10.0.0.1/8/8', '10.0.0.1,', '::1/129', '10.0.0.0/'],
  },
  FINCORE_DATA_DIR: { valid: '/var/lib/fincore', invalid: ['a\0b', 'a'.repeat(1025)] },
  DATABASE_URL: {
    valid: 'postgres://u:p@db/all',
    invalid: ['db:5432', 'mysql://u:p@db/all', 'postgresql:///x'],
  },
  FINCORE_JOURNAL_DATABASE_URL: { valid: 'postgresql://u:p@journal/x', invalid: ['journal'] },
  FINCORE_READ_MODELS_DATABASE_URL: { valid: 'postgresql://u:p@payment/x', invalid: ['payment'] },
  FINCORE_LEDGER_DATABASE_URL: { valid: 'postgresql://u:p@ledger/x', invalid: ['ledger'] },
  FINCORE_AUDIT_DATABASE_URL: { valid: 'postgresql://u:p@audit/x', invalid: ['audit'] },
  FINCORE_DATABASE_POOL_SIZE: { valid: '2', invalid: ['0', '201', 'many'] },
  FINCORE_PSP: { valid: 'stripe', invalid: ['Stripe', 'paypal'] },
  STRIPE_SECRET_KEY: {
    valid: 'rk_live_abcdefghij',
    invalid: ['pk_test_abcdefghij', 'sk_test_', 'sk_test_a b c d e f'],
  },
  STRIPE_WEBHOOK_SECRET: { valid: 'whsec_abcdefghij', invalid: ['abcdefghij', 'whsec_'] },
  STRIPE_WEBHOOK_SECRETS: {
    valid: 'whsec_abcdefghij,whsec_klmnopqrst',
    invalid: ['whsec_abcdefghij,x', ','],
  },
  STRIPE_SIMULATOR_PORT: { valid: '4020', invalid: ['-1', '65536'] },
  FINCORE_INSTALLATION: { valid: 'shop-1', invalid: ['a b', 'ä', 'x'.repeat(65)] },
  FINCORE_CHARGE_EXPIRES_AFTER_SECONDS: { valid: '3600', invalid: ['0', '86401', '1h'] },
  FINCORE_PSP_TIMEOUT_MS: { valid: '5000', invalid: ['99', '600001', '10s'] },
  FINCORE_WORKER_CONCURRENCY: { valid: '1', invalid: ['0', '10001'] },
  FINCORE_JOB_LEASE_MS: { valid: '5000', invalid: ['0', '499', '600001', 'a minute'] },
  FINCORE_RATE_LIMIT_PER_SECOND: { valid: '1', invalid: ['0', '1000001'] },
  FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE: { valid: '1', invalid: ['0', '1000001'] },
  FINCORE_APPEND_QUEUE_LIMIT: { valid: '10', invalid: ['0', '1000001'] },
  FINCORE_APPEND_BATCH_LIMIT: { valid: '10', invalid: ['0', '10001'] },
  FINCORE_KEEP_KEYS_DAYS: { valid: '90', invalid: ['29', '0', '3651', 'month'] },
  FINCORE_KEEP_REFUSALS_DAYS: { valid: '30', invalid: ['29', '0', '3651', 'month'] },
  FINCORE_LOG_LEVEL: { valid: 'silent', invalid: ['verbose', 'INFO'] },
  FINCORE_VERIFY_INTERVAL_SECONDS: { valid: '0', invalid: ['-1', '86401', 'often'] },
  FINCORE_WEBHOOK_PRIVATE_TARGETS: { valid: 'allow', invalid: ['yes', 'ALLOW'] },
  FINCORE_SHUTDOWN_TIMEOUT_MS: { valid: '0', invalid: ['-5', '600001', '99999999999'] },
};

/** Where the variable matters: the secrets of Stripe change nothing while the simulator is chosen. */
function baseFor(name: string): Environment {
  if (name === 'FINCORE_PSP') return { ...stripeSettings, FINCORE_PSP: 'stripe-simulator' };
  return /^STRIPE_(SECRET|WEBHOOK)/.test(name) ? stripeSettings : {};
}

test('nothing set: everything runs embedded, on the loopback address, with the simulator', () => {
  expect(configurationOf({})).toEqual({
    http: { host: '127.0.0.1', port: 4000, publicUrl: undefined, trustedProxies: [] },
    dataDirectory: '.fincore',
    databases: {
      journal: { kind: 'embedded' },
      readModels: { kind: 'embedded' },
      ledger: { kind: 'embedded' },
      audit: { kind: 'embedded' },
      poolSize: 8,
    },
    psp: { kind: 'stripe-simulator', port: 4010, timeoutMs: 10_000, installation: undefined },
    chargeLifetimeMs: 86_400_000,
    workers: { concurrency: 64, leaseMs: 60_000 },
    rateLimits: { perCredentialPerSecond: 500, anonymousPerMinute: 120 },
    append: { queueLimit: 5_000, batchLimit: 500 },
    retention: { keysDays: 30, refusalsDays: 400 },
    verifyIntervalMs: 3_600_000,
    arePrivateWebhooksAllowed: false,
    logLevel: 'info',
    shutdownTimeoutMs: 20_000,
  });
});

describe('every variable', () => {
  test('has its samples here', () => {
    expect(Object.keys(samples).sort()).toEqual(allConfigurationEntries.map(({ name }) => name).sort());
  });

  test.each(Object.entries(samples))('%s changes the configuration', (name, { valid }) => {
    const base = baseFor(name);
    expect(configurationOf({ ...base, [name]: valid })).not.toEqual(configurationOf(base));
  });

  test.each(Object.entries(samples))('%s refuses what it does not allow', (name, { invalid }) => {
    const entry = allConfigurationEntries.find((known) => known.name === name);
    for (const value of invalid) {
      const problems = problemsOf({ [name]: value });
      expect(problems).toEqual([expect.stringContaining(`it must be ${entry?.allowed ?? 'known'}.`)]);
      expect(problems[0]?.startsWith(`${name} is `)).toBe(true);
    }
  });

  test.each(allConfigurationEntries.map(({ name }) => name))('%s, empty, counts as not set', (name) => {
    expect(configurationOf({ [name]: '' })).toEqual(configurationOf({}));
  });

  test.each(allConfigurationEntries.filter(({ isSecret }) => isSecret).map(({ name }) => name))(
    '%s is a secret: a wrong value is not shown',
    (name) => {
      const value = 'oops, shown to everybody';
      const shown = JSON.stringify(problemsOf({ [name]: value }));
      expect(shown).toContain(`a hidden value of ${value.length} characters`);
      expect(shown).not.toContain('oops');
    },
  );
});

describe('databases', () => {
  test('DATABASE_URL serves every store that has no server of its own', () => {
    const { databases } = configurationOf({
      DATABASE_URL: 'postgresql://u:p@everywhere/all',
      FINCORE_LEDGER_DATABASE_URL: 'postgresql://u:p@elsewhere/ledger',
    });
    const everywhere = { kind: 'server', url: 'postgresql://u:p@everywhere/all' };
    expect(databases).toEqual({
      journal: everywhere,
      readModels: everywhere,
      ledger: { kind: 'server', url: 'postgresql://u:p@elsewhere/ledger' },
      audit: everywhere,
      poolSize: 8,
    });
  });

  test('one store may leave the embedded server alone', () => {
    const { databases } = configurationOf({ FINCORE_AUDIT_DATABASE_URL: 'postgresql://u:p@elsewhere/audit' });
    expect(databases.audit).toEqual({ kind: 'server', url: 'postgresql://u:p@elsewhere/audit' });
    expect(databases.journal).toEqual({ kind: 'embedded' });
  });
});

describe('the PSP', () => {
  test('Stripe with one webhook secret', () => {
    expect(configurationOf(stripeSettings).psp).toEqual({
      kind: 'stripe',
      secretKey: 'sk_test_0123456789',
      webhookSecrets: ['whsec_0123456789'],
      timeoutMs: 10_000,
    });
  });

  test('Stripe with several webhook secrets, each counted once', () => {
    const psp = configurationOf({
      ...stripeSettings,
      STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789, whsec_abcdefghij',
    }).psp;
    expect(psp).toMatchObject({ webhookSecrets: ['whsec_0123456789', 'whsec_abcdefghij'] });
  });

  test('Stripe without its secrets is refused, both at once', () => {
    expect(problemsOf({ FINCORE_PSP: 'stripe' })).toEqual([
      expect.stringMatching(/^STRIPE_SECRET_KEY is not set; with FINCORE_PSP=stripe it must be/),
      expect.stringMatching(/^STRIPE_WEBHOOK_SECRET is not set; with FINCORE_PSP=stripe it must be/),
    ]);
  });

  test('a wrong secret is one problem, not also a missing one', () => {
    expect(problemsOf({ ...stripeSettings, STRIPE_SECRET_KEY: 'pk_test_0123456789' })).toHaveLength(1);
    expect(problemsOf({ ...stripeSettings, STRIPE_WEBHOOK_SECRET: 'nonsense' })).toHaveLength(1);
  });
});

describe('what is not known', () => {
  test('a misspelt variable is refused with the nearest name', () => {
    expect(problemsOf({ FINCORE_PROT: '4000' })).toEqual([
      'FINCORE_PROT is not a variable of FinCore; did you mean FINCORE_PORT?',
    ]);
  });

  test('a variable far from all is refused with where to look', () => {
    expect(problemsOf({ FINCORE_QUANTUM_ENTANGLEMENT: 'on' })).toEqual([
      'FINCORE_QUANTUM_ENTANGLEMENT is not a variable of FinCore; docs/reference/configuration.md lists what there is.',
    ]);
  });

  test('the variables of tests and of other programs are none of its business', () => {
    const environment = {
      FINCORE_TEST_DATABASE_URL: 'x',
      FINCORE_FAILPOINT: 'after_commit',
      FINCORES: 'x',
      PATH: '/bin',
    };
    expect(configurationOf(environment)).toEqual(configurationOf({}));
  });
});

test('all problems are reported at once', () => {
  const variables = parseConfiguration({ FINCORE_PORT: 'x', FINCORE_LOG_LEVEL: 'loud', FINCORE_PROT: '1' });
  expect(variables.ok ? [] : variables.problems.map(({ variable }) => variable).sort()).toEqual([
    'FINCORE_LOG_LEVEL',
    'FINCORE_PORT',
    'FINCORE_PROT',
  ]);
});

test('a very long value is shortened in the message', () => {
  expect(problemsOf({ FINCORE_PORT: '9'.repeat(10_000) })[0]?.length).toBeLessThan(250);
});
