import type { SecretStore } from '../../../src/core/ports';

export interface SecretStoreUnderTest {
  readonly store: SecretStore;
  /** Puts a new value in the secret's place, making the secret when there is none. */
  put(name: string, value: string): Promise<void>;
  /** Lets the store's greatest age pass. */
  passMaxAge(): void;
  close(): Promise<void>;
}

export type OpenSecretStore = () => Promise<SecretStoreUnderTest>;
