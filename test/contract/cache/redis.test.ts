import { createRedisCache } from '../../../src/adapters/aws/redis/redis-cache';
import { openRedis, type RedisOptions } from '../../../src/adapters/aws/redis/redis-connection';
import { createRedisRateCounter } from '../../../src/adapters/aws/redis/redis-rate-counter';
import { CacheUnavailable } from '../../../src/core/ports';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/aws/redis';
import { eventually } from '../../support/eventually';
import { cacheContract } from './cache.contract';

let prefixes = 0;

/** Ready, with keys of its own; the tests share a busy machine, so a command has longer than in production. */
async function openRedisUnderTest(url: string, options: Partial<RedisOptions> = {}) {
  const connection = openRedis({
    url,
    timeoutMs: 2_000,
    keyPrefix: `t${String((prefixes += 1))}:`,
    breakMs: 50,
    ...options,
  });
  await eventually(() => connection.ask((redis) => redis.ping()));
  return {
    connection,
    cache: createRedisCache(connection),
    counter: createRedisRateCounter(connection),
    pass: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

describeWithRedis('Redis', (program) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(program);
  });
  afterAll(() => server.stop());

  cacheContract('Redis', () => openRedisUnderTest(server.url));

  test('two processes count together', async () => {
    const keyPrefix = 'shared:';
    const one = await openRedisUnderTest(server.url, { keyPrefix });
    const other = await openRedisUnderTest(server.url, { keyPrefix });
    expect((await one.counter.hit('key_1', 60_000)).count).toBe(1);
    expect((await other.counter.hit('key_1', 60_000)).count).toBe(2);
    await Promise.all([one.close(), other.close()]);
  });

  test('a bucket that lost its end gets one, so that nobody is locked out for ever', async () => {
    const under = await openRedisUnderTest(server.url);
    await under.connection.ask((redis) => redis.set('rate:key_1', '7'));
    expect(await under.counter.hit('key_1', 60_000)).toEqual({ count: 8, resetMs: 60_000 });
    await under.close();
  });

  test('a Redis that hangs is given up soon, then not asked at all, and used again when it answers', async () => {
    const under = await openRedisUnderTest(server.url, { timeoutMs: 50, failuresToBreak: 3, breakMs: 300 });
    server.freeze();
    try {
      const begunAt = performance.now();
      for (let n = 0; n < 3; n += 1) await expect(under.cache.get('a')).rejects.toThrow(/timed out/);
      await expect(under.cache.get('a')).rejects.toThrow(/several times in a row/);
      await expect(under.counter.hit('a', 1_000)).rejects.toThrow(CacheUnavailable);
      expect(performance.now() - begunAt).toBeGreaterThanOrEqual(140);
    } finally {
      server.thaw();
    }
    await eventually(() => under.cache.set('a', '1', 60_000));
    expect(await under.cache.get('a')).toBe('1');
    await under.close();
  });
});

describeWithRedis('Redis that is gone', (program) => {
  test('fails every command at once, and is used again when it is back', async () => {
    const server = await startRedis(program);
    const under = await openRedisUnderTest(server.url, { failuresToBreak: 1_000 });
    await server.stop();
    await eventually(() => expect(under.cache.get('a')).rejects.toThrow(CacheUnavailable));
    await expect(under.cache.set('a', '1', 1_000)).rejects.toThrow(CacheUnavailable);
    await expect(under.counter.hit('a', 1_000)).rejects.toThrow(CacheUnavailable);
    const back = await startRedis(program, Number(new URL(server.url).port));
    await eventually(() => under.cache.set('a', '1', 60_000));
    await under.close();
    await back.stop();
  });

  test('a Redis that was never there fails every command at once', async () => {
    const connection = openRedis({ url: 'redis://127.0.0.1:1' });
    await expect(createRedisCache(connection).get('a')).rejects.toThrow(CacheUnavailable);
    connection.close();
  });
});
