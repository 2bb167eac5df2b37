import { createRedisCache } from '../../../src/adapters/aws/redis/redis-cache';
import { createMemorySecretStore } from '../../../src/adapters/memory/secret-store';
import { openSharedCache } from '../../../src/compose/aws/shared-cache';
import { CacheUnavailable } from '../../../src/core/ports';
import { describeWithRedis, startRedis } from '../../support/aws/redis';
import { eventually } from '../../support/eventually';

const secretName = 'cache-token';
const quiet = { warn: () => undefined };
const environmentOf = (url: string) => ({
  FINCORE_STAGE: 'dev',
  FINCORE_REDIS_URL: url,
  FINCORE_REDIS_SECRET_ARN: secretName,
});
const holding = (token: string) => JSON.stringify({ token });

async function openCache(url: string, secrets: ReturnType<typeof createMemorySecretStore>) {
  const connection = await openSharedCache(environmentOf(url), secrets, quiet);
  if (connection === null) throw new Error('the environment names a cache');
  return { cache: createRedisCache(connection), connection };
}

describeWithRedis('Redis that wants a token', (program) => {
  test('is told the one of the secret, and after a rotation the new one, without a restart', async () => {
    const secrets = createMemorySecretStore();
    secrets.rotate(secretName, holding('the-first'));
    const server = await startRedis(program, undefined, 'the-first');
    const { cache, connection } = await openCache(server.url, secrets);
    await eventually(() => cache.set('a', '1', 60_000));
    expect(await cache.get('a')).toBe('1');

    await server.stop();
    const rotated = await startRedis(program, Number(new URL(server.url).port), 'the-second');
    await eventually(() => expect(cache.get('a')).rejects.toThrow(CacheUnavailable));
    secrets.rotate(secretName, holding('the-second'));
    await eventually(() => cache.set('a', '2', 60_000));
    expect(await cache.get('a')).toBe('2');
    connection.close();
    await rotated.stop();
  });

  test('is no use to who says another one, and that holds up nobody', async () => {
    const secrets = createMemorySecretStore();
    secrets.rotate(secretName, holding('another'));
    const server = await startRedis(program, undefined, 'the-first');
    const { cache, connection } = await openCache(server.url, secrets);
    await expect(cache.set('a', '1', 60_000)).rejects.toThrow(CacheUnavailable);
    secrets.rotate(secretName, holding('the-first'));
    await eventually(() => cache.set('a', '1', 60_000));
    connection.close();
    await server.stop();
  });
});

test('a secret without a token is named before anything is connected', async () => {
  const secrets = createMemorySecretStore();
  secrets.rotate(secretName, '{"password": "x"}');
  await expect(openSharedCache(environmentOf('redis://127.0.0.1:1'), secrets, quiet)).rejects.toThrow(
    'The secret cache-token is no JSON with "token".',
  );
});

test('a stage without a cache has none', async () => {
  const environment = { ...environmentOf('redis://127.0.0.1:1'), FINCORE_REDIS_URL: undefined };
  expect(await openSharedCache(environment, createMemorySecretStore(), quiet)).toBeNull();
});
