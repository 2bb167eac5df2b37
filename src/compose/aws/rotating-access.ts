import type { Journal, Log, SecretStore } from '../../core/ports';
import { type Stores, type Door, openDoor } from '../stores';
import { createFailpoints } from '../failpoints';

/** A rotated operator key is good, and the old one is not, after the age of the secret store and this. */
const lookIntervalMs = 30_000;

/** The door with the operator key of the moment: the key is rotated without a restart. */
export async function openRotatingDoor(
  stores: Stores,
  secrets: Pick<SecretStore, 'get'>,
  secretName: string,
  log: Pick<Log, 'warn'>,
): Promise<Door & { close(): void }> {
  const failpoints = createFailpoints(undefined);
  const { value, version } = await secrets.get(secretName);
  let current = { version, door: openDoor(stores, value.trim(), failpoints) };

  async function look(): Promise<void> {
    try {
      const secret = await secrets.get(secretName);
      if (secret.version !== current.version)
        current = { version: secret.version, door: openDoor(stores, secret.value.trim(), failpoints) };
    } catch (error) {
      log.warn({ err: error }, 'the operator key could not be read again; the last one stays good');
    }
  }

  const timer = setInterval(() => void look(), lookIntervalMs).unref();
  const journal: Journal = {
    append: (append) => current.door.journal.append(append),
    readStream: (tenant, stream) => current.door.journal.readStream(tenant, stream),
    findAnswer: (request) => current.door.journal.findAnswer(request),
    commands: stores.records.commands,
  };
  return {
    journal,
    authenticator: {
      authenticate: (credential) => current.door.authenticator.authenticate(credential),
      forget: (merchantId) => current.door.authenticator.forget(merchantId),
    },
    close() {
      clearInterval(timer);
    },
  };
}
