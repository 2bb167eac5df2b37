import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type Log,
  SecretMissing,
  SecretsUnavailable,
  type Secret,
  type SecretStore,
  type SecretVersions,
} from '../../../core/ports';

export interface SecretsManagerStoreOptions {
  readonly client: SecretsManagerClient;
  /** How long a value is used without asking again: a rotated secret arrives within it. @default 300000 */
  readonly maxAgeMs?: number;
  /** How long a value is used at most while Secrets Manager does not answer. @default 3600000 */
  readonly maxStaleMs?: number;
  /** While it does not answer, it is asked again only so often. @default 5000 */
  readonly retryAfterMs?: number;
  /** How long one read may take, the SDK's own tries included. @default 3000 */
  readonly timeoutMs?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
  /** Receives a warning when a stale value stays in use. @default no log */
  readonly log?: Pick<Log, 'warn'>;
}

interface Known {
  readonly versions: SecretVersions;
  readonly readAt: number;
  /** The source is not asked before. */
  askAgainAt: number;
}

/** Secrets by name or ARN. The names are few and written in the deployment, so every one that is read stays in memory. */
export function createSecretsManagerStore(options: SecretsManagerStoreOptions): SecretStore {
  const { client, maxAgeMs = 300_000, maxStaleMs = 3_600_000, retryAfterMs = 5_000 } = options;
  const { timeoutMs = 3_000, now = () => performance.now(), log } = options;
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<SecretVersions>>();

  const refresh = async (name: string): Promise<SecretVersions> => {
    const readAt = now();
    try {
      const versions = await readVersions(client, name, timeoutMs);
      known.set(name, { versions, readAt, askAgainAt: readAt + maxAgeMs });
      return versions;
    } catch (error) {
      const last = known.get(name);
      // Somebody took the secret away on purpose, or the right to read it: the old value must not live on.
      if (error instanceof SecretMissing) known.delete(name);
      else if (last !== undefined && now() - last.readAt < maxStaleMs) {
        last.askAgainAt = now() + retryAfterMs;
        log?.warn(
          { err: error, secret: name },
          'Secrets Manager does not answer; the last known value serves on',
        );
        return last.versions;
      }
      throw error;
    }
  };
  const versions = (name: string): Promise<SecretVersions> => {
    const last = known.get(name);
    if (last !== undefined && now() < last.askAgainAt) return Promise.resolve(last.versions);
    const under = reading.get(name);
    if (under !== undefined) return under;
    const read = refresh(name).finally(() => reading.delete(name));
    reading.set(name, read);
    return read;
  };
  return { versions, get: async (name) => (await versions(name)).current };
}

const maxTries = 3;

async function readVersions(
  client: SecretsManagerClient,
  name: string,
  timeoutMs: number,
): Promise<SecretVersions> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const current = await readStage(client, { name, stage: 'AWSCURRENT', abortSignal });
    if (current === null) break;
    const previous = await readStage(client, { name, stage: 'AWSPREVIOUS', abortSignal });
    // One version in both stages: the secret was rotated between the two reads, and they are of two moments.
    if (previous?.version !== current.version) return { current, previous };
  }
  throw new SecretMissing(`the secret ${name} does not exist or has no value: put one into Secrets Manager`);
}

async function readStage(
  client: SecretsManagerClient,
  { name, stage, abortSignal }: { name: string; stage: string; abortSignal: AbortSignal },
): Promise<Secret | null> {
  const command = new GetSecretValueCommand({ SecretId: name, VersionStage: stage });
  try {
    const { SecretString: value, VersionId: version } = await client.send(command, { abortSignal });
    if (value !== undefined && version !== undefined) return { value, version };
  } catch (error) {
    const code = error instanceof Error ? error.name : '';
    if (code === 'ResourceNotFoundException') return null;
    if (refusals.has(code)) {
      throw new SecretMissing(`the secret ${name} may not be read: ${code}`, { cause: error });
    }
    throw new SecretsUnavailable(`the secret ${name} could not be read`, { cause: error });
  }
  throw new SecretMissing(`the secret ${name} is binary; FinCore reads secrets of text`);
}

/** Answers that stay the same until somebody changes the deployment. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ValidationException',
]);
