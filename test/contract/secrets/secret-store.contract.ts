import { SecretMissing } from '../../../src/core/ports';
import type { OpenSecretStore, SecretStoreUnderTest } from './secret-store-under-test';

/** What every store of secrets does, whatever it stands on. */
export function secretStoreContract(name: string, open: OpenSecretStore): void {
  describe(`secret store contract: ${name}`, () => {
    let under: SecretStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('reads a secret as it was put, with its version', async () => {
      await under.put('stripe', '{"secret_key":"sk_test_ü"}');
      const secret = await under.store.get('stripe');
      expect(secret.value).toBe('{"secret_key":"sk_test_ü"}');
      expect(secret.version).not.toBe('');
      expect(await under.store.versions('stripe')).toEqual({ current: secret, previous: null });
    });

    test('after a rotation there are the new value and the one before', async () => {
      await under.put('webhook', 'first');
      const first = await under.store.get('webhook');
      await under.put('webhook', 'second');
      under.passMaxAge();
      const { current, previous } = await under.store.versions('webhook');
      expect(current.value).toBe('second');
      expect(previous).toEqual(first);
      expect(current.version).not.toBe(first.version);
      await under.put('webhook', 'third');
      under.passMaxAge();
      expect(await under.store.versions('webhook')).toMatchObject({
        current: { value: 'third' },
        previous: { value: 'second' },
      });
    });

    test('a missing secret is named', async () => {
      await expect(under.store.get('no-such-secret')).rejects.toThrow(SecretMissing);
      await expect(under.store.versions('no-such-secret')).rejects.toThrow(/no-such-secret/);
    });

    test('a secret that was missing is found once it is there', async () => {
      await expect(under.store.get('late')).rejects.toThrow(SecretMissing);
      await under.put('late', 'here');
      expect((await under.store.get('late')).value).toBe('here');
    });
  });
}
