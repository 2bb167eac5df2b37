import { SecretMissing, type SecretStore, type SecretVersions } from '../../core/ports';

export interface MemorySecretStore extends SecretStore {
  /** The current value becomes the previous one. */
  rotate(name: string, value: string): void;
}

/** Secrets of tests: a new value is there at once. */
export function createMemorySecretStore(values: Readonly<Record<string, string>> = {}): MemorySecretStore {
  const secrets = new Map<string, SecretVersions>();
  let versionCount = 0;
  const rotate = (name: string, value: string) => {
    versionCount += 1;
    const current = { value, version: String(versionCount) };
    secrets.set(name, { current, previous: secrets.get(name)?.current ?? null });
  };
  for (const [name, value] of Object.entries(values)) rotate(name, value);
  const versions = (name: string): Promise<SecretVersions> => {
    const found = secrets.get(name);
    if (found === undefined) return Promise.reject(new SecretMissing(`there is no secret ${name}`));
    return Promise.resolve(found);
  };
  return { rotate, versions, get: async (name) => (await versions(name)).current };
}
