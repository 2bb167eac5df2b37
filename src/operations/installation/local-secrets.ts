import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeKeyMaterial } from '../../adapters/embedded/secret-keys';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';
import type { WebhookEndpoint } from '../../adapters/psp/stripe/webhook-endpoint';
import { mintOperatorKey } from '../../core/accounts';
import { addPrivateJson, writePrivateJson } from './private-json';

/** What an installation keeps to itself: a file in the data folder that only its owner can read. */
export interface LocalSecrets {
  /** No secret, but kept with them: tells this installation from another one on the same account of the provider. */
  readonly installation: string;
  readonly operatorKey: string;
  /** The key with which FinCore calls the simulator. */
  readonly simulatorKey: string;
  /** What signing secrets of webhook endpoints are sealed with in the journal. */
  readonly sealingKey: string;
  /** Where the simulator sends notices to processes of this installation, with the secret of each; the newest first. */
  readonly webhookEndpoints: readonly WebhookEndpoint[];
}

const file = (dataDirectory: string) => join(dataDirectory, 'secrets.json');

/** Reads the secrets, making those that a new installation lacks: processes that start it at once have the same. */
export async function loadLocalSecrets(dataDirectory: string): Promise<LocalSecrets> {
  const known = await readLocalSecrets(dataDirectory);
  if (known !== null) return known;
  const secrets: LocalSecrets = {
    installation: `inst_${randomBytes(8).toString('hex')}`,
    operatorKey: mintOperatorKey(nodeKeyMaterial).text,
    simulatorKey: `sk_test_${randomBytes(24).toString('hex')}`,
    sealingKey: randomBytes(32).toString('base64'),
    webhookEndpoints: [],
  };
  await addPrivateJson(file(dataDirectory), secrets);
  return (await readLocalSecrets(dataDirectory)) ?? secrets;
}

/** Reads the secrets. Null before the first start. */
export async function readLocalSecrets(dataDirectory: string): Promise<LocalSecrets | null> {
  const path = file(dataDirectory);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LocalSecrets;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new Error(`${path} cannot be read; restore it from a backup, or remove it to make new secrets`, {
      cause: error,
    });
  }
}

export const saveLocalSecrets = (dataDirectory: string, secrets: LocalSecrets): Promise<void> =>
  writePrivateJson(file(dataDirectory), secrets);
