import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mintOperatorKey } from '../core/accounts';
import { makeFolders } from '../adapters/embedded/make-folders';
import { nodeKeyMaterial } from '../adapters/embedded/secret-keys';

/** What an installation keeps to itself: a file in the data folder that only its owner can read. */
export interface LocalSecrets {
  readonly operatorKey: string;
  /** The key with which FinCore calls the simulator. */
  readonly simulatorKey: string;
  /** Secrets of the simulator's notices; the newest first, the one before it still good for what is under way. */
  readonly webhookSecrets: readonly string[];
}

const ownerOnly = 0o600;
const file = (dataDirectory: string) => join(dataDirectory, 'secrets.json');

/** Reads the secrets, making those that a new installation lacks. */
export async function loadLocalSecrets(dataDirectory: string): Promise<LocalSecrets> {
  try {
    return JSON.parse(await readFile(file(dataDirectory), 'utf8')) as LocalSecrets;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new Error(
        `${file(dataDirectory)} cannot be read; restore it from a backup, or remove it to make new secrets`,
        { cause: error },
      );
    }
  }
  const secrets: LocalSecrets = {
    operatorKey: mintOperatorKey(nodeKeyMaterial).text,
    simulatorKey: `sk_test_${randomBytes(24).toString('hex')}`,
    webhookSecrets: [],
  };
  await saveLocalSecrets(dataDirectory, secrets);
  return secrets;
}

export const saveLocalSecrets = (dataDirectory: string, secrets: LocalSecrets): Promise<void> =>
  writePrivateJson(file(dataDirectory), secrets);

/** Writes a file that only its owner can read, whole or not at all. */
export async function writePrivateJson(path: string, content: object): Promise<void> {
  await makeFolders(dirname(path));
  const temporary = `${path}.${String(process.pid)}.tmp`;
  const handle = await open(temporary, 'w', ownerOnly);
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(temporary, ownerOnly);
  await rename(temporary, path);
}
