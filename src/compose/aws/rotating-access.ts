import type { Journal, Log, SecretStore } from '../../core/ports';
import { type Stores, type Access, openAccess } from '../stores';
import { createFailpoints } from '../../operations/process/failpoints';

/** A rotated operator key is good, and the old one is not, after the age of the secret store and this. */
const lookIntervalMs = 30_000;

/** The access with the operator key of the moment: the key is rotated without a restart. */
export async function openRotatingAccess(
  stores: Stores,
  secrets: Pick<SecretStore, 'get'>,
  secretName: string,
  log: Pick<Log, 'warn'>,
): Promise<Access & { close(): void }> {
  const failpoints = createFailpoints(undefined);
  const { value, version } = await secrets.get(secretName);
  let current = { version, access: openAccess(stores, value.trim(), failpoints) };

  async function look(): Promise<void> {
    try {
      const secret = await secrets.get(secretName);
      if (secret.version !== current.version)
        current = { version: secret.version, access: openAccess(stores, secret.value.trim(), failpoints) };
    } catch (error) {
      log.warn({ err: error }, 'the operator key could not be read again; the last one stays good');
    }
  }

  const timer = setInterval(() => void look(), lookIntervalMs).unref();
  const journal: Journal = {
    append: (append) => current.access.journal.append(append),
    readStream: (tenant, stream) => current.access.journal.readStream(tenant, stream),
    findAnswer: (request) => current.access.journal.findAnswer(request),
    commands: stores.records.commands,
  };
  return {
    journal,
    authenticator: {
      authenticate: (credential) => current.access.authenticator.authenticate(credential),
      forget: (merchantId) => current.access.authenticator.forget(merchantId),
    },
    close() {
      clearInterval(timer);
    },
  };
}
