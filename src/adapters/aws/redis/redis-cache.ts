import type { Cache } from '../../../core/ports';
import type { RedisConnection } from './redis-connection';

/** Pushed out by the memory policy of the server, which has to be one of `allkeys-*` or `volatile-*`. */
export const createRedisCache = ({ ask }: RedisConnection): Cache => ({
  get: (key) => ask((redis) => redis.get(key)),
  set: async (key, value, ttlMs) => {
    await ask((redis) => redis.set(key, value, 'PX', Math.max(1, Math.ceil(ttlMs))));
  },
  delete: async (key) => {
    await ask((redis) => redis.del(key));
  },
});
