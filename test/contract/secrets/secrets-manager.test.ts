import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  createSecretsManagerStore,
  type SecretsManagerStoreOptions,
} from '../../../src/adapters/aws/secrets/secrets-manager-store';
import { SecretMissing, SecretsUnavailable } from '../../../src/core/ports';
import { clientSettings } from '../../support/aws/emulators';
import { startSecretsManager, type SecretsManagerEmulator } from '../../support/aws/secrets-manager';
import type { SecretStoreUnderTest } from './secret-store-under-test';
import { secretStoreContract } from './secret-store.contract';

interface SecretsManagerUnderTest extends SecretStoreUnderTest {
  readonly emulator: SecretsManagerEmulator;
  readonly client: SecretsManagerClient;
  /** Moves the store's time on. */
  pass(ms: number): void;
}

const maxAgeMs = 60_000;
const maxStaleMs = 600_000;

async function openSecretsManager(
  options: Partial<SecretsManagerStoreOptions> = {},
): Promise<SecretsManagerUnderTest> {
  const emulator = await startSecretsManager();
  const client = new SecretsManagerClient({ ...clientSettings(emulator), maxAttempts: 1 });
  let nowMs = 0;
  const store = createSecretsManagerStore({ client, maxAgeMs, maxStaleMs, now: () => nowMs, ...options });
  return {
    emulator,
    client,
    store,
    put: async (name, value) => {
      const put = new PutSecretValueCommand({ SecretId: name, SecretString: value });
      await client.send(put).catch(async (error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
      });
    },
    passMaxAge: () => {
      nowMs += maxAgeMs;
    },
    pass: (ms) => {
      nowMs += ms;
    },
    close: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
}

secretStoreContract('Secrets Manager', openSecretsManager);

describe('Secrets Manager store', () => {
  let under: SecretsManagerUnderTest;
  beforeEach(async () => {
    under = await openSecretsManager({ timeoutMs: 300 });
    await under.put('db', 'first');
  });
  afterEach(() => under.close());

  const valueOf = async (name: string) => (await under.store.get(name)).value;

  test('asks once within the greatest age, however often it is asked', async () => {
    await Promise.all(Array.from({ length: 50 }, () => under.store.get('db')));
    // One read of each stage.
    expect(under.emulator.reads()).toBe(2);
    under.pass(maxAgeMs - 1);
    await under.put('db', 'second');
    expect(await valueOf('db')).toBe('first');
    expect(under.emulator.reads()).toBe(2);
    under.pass(1);
    expect(await valueOf('db')).toBe('second');
  });

  test.each(['fails', 'hangs'] as const)(
    'serves the last value on while the service %s, within a bound',
    async (mode) => {
      await under.store.get('db');
      under.emulator.behave(mode);
      under.passMaxAge();
      expect(await valueOf('db')).toBe('first');
      const reads = under.emulator.reads();
      // Not every caller waits for a service that does not answer.
      expect(await valueOf('db')).toBe('first');
      expect(under.emulator.reads()).toBe(reads);
      under.pass(maxStaleMs);
      await expect(under.store.get('db')).rejects.toThrow(SecretsUnavailable);
      under.emulator.behave('well');
      expect(await valueOf('db')).toBe('first');
    },
  );

  test('a rotation between the two reads is seen whole', async () => {
    let rotated = false;
    under.client.middlewareStack.add(
      (next) => async (args) => {
        if (!rotated && 'VersionStage' in args.input && args.input.VersionStage === 'AWSPREVIOUS') {
          rotated = true;
          await under.put('db', 'second');
        }
        return next(args);
      },
      { step: 'initialize', name: 'rotate' },
    );
    expect(await under.store.versions('db')).toMatchObject({
      current: { value: 'second' },
      previous: { value: 'first' },
    });
  });

  test('throws when nothing is known and the service fails, without the value in its words', async () => {
    under.emulator.behave('fails');
    await expect(under.store.get('db')).rejects.toMatchObject({
      name: 'SecretsUnavailable',
      message: 'the secret db could not be read',
    });
  });

  test('a right that was taken away ends the value at the next read', async () => {
    await under.store.get('db');
    under.emulator.behave('denies');
    expect(await valueOf('db')).toBe('first');
    under.passMaxAge();
    await expect(under.store.get('db')).rejects.toThrow(SecretMissing);
    await expect(under.store.get('db')).rejects.toThrow(/AccessDeniedException/);
  });
});
