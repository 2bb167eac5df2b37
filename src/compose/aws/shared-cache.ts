import { type RedisConnection, openRedis } from '../../adapters/aws/redis/redis-connection';
import type { Log, SecretStore } from '../../core/ports';
import { CommandRefused } from '../../configuration/command-refused';
import type { EnvironmentOf } from '../../configuration/read-environment';

export type SharedCacheEnvironment = EnvironmentOf<
  'FINCORE_STAGE' | 'FINCORE_REDIS_URL' | 'FINCORE_REDIS_SECRET_ARN'
>;

/**
 * What all processes share; null where the stage has none. A cache that is down keeps nobody from starting; a secret
 * that nobody has put there does, since no later moment would tell it.
 */
export async function openSharedCache(
  environment: SharedCacheEnvironment,
  secrets: Pick<SecretStore, 'get'>,
  log: Pick<Log, 'warn'>,
): Promise<RedisConnection | null> {
  const { FINCORE_REDIS_URL: url, FINCORE_REDIS_SECRET_ARN: secretName } = environment;
  if (url === undefined) return null;
  const shared = { url, keyPrefix: `fincore:${environment.FINCORE_STAGE}:`, log };
  if (secretName === '') return openRedis(shared);
  const token = async () => tokenIn(secretName, (await secrets.get(secretName)).value);
  await token();
  return openRedis({ ...shared, token });
}

function tokenIn(secretName: string, value: string): string {
  try {
    const { token } = JSON.parse(value) as { readonly token?: unknown };
    if (typeof token === 'string' && token !== '') return token;
  } catch {
    // Told below, together with JSON that has no token.
  }
  throw new CommandRefused(`The secret ${secretName} is no JSON with "token".`);
}
