import { assert } from '../../../core/kernel';
import type { RateCounter } from '../../../core/ports';
import type { RedisConnection } from './redis-connection';

/** One step for the server, so that no bucket is ever left without an end. Answers the count and the window's rest. */
const script = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { count, left }
`;

export const createRedisRateCounter = ({ ask }: RedisConnection): RateCounter => ({
  hit: async (bucket, windowMs) => {
    const answer = await ask((redis) => redis.eval(script, 1, `rate:${bucket}`, Math.ceil(windowMs)));
    assert(isPair(answer), 'the script answers two numbers');
    return { count: answer[0], resetMs: Math.max(1, answer[1]) };
  },
});

const isPair = (answer: unknown): answer is readonly [number, number] =>
  Array.isArray(answer) && answer.length === 2 && answer.every((part) => typeof part === 'number');
