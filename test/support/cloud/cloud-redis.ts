import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { type RedisServer, startRedis } from '../aws/redis';

/** What a server was asked since it started, and what it holds. */
export interface RedisUsage {
  readonly answerCount: number;
  readonly getCount: number;
  readonly evalCount: number;
}

/** A genuine Redis with a token, as ElastiCache is reached. */
export interface CloudRedis {
  readonly url: string;
  readonly token: string;
  kill(): Promise<void>;
  /** At the same address, and empty. */
  startAgain(): Promise<void>;
  usage(): Promise<RedisUsage>;
}

export async function startCloudRedis(program: string): Promise<CloudRedis> {
  const token = randomBytes(16).toString('hex');
  let server: RedisServer = await startRedis(program, undefined, token);
  const { url } = server;
  return {
    url,
    token,
    kill: () => server.stop(),
    async startAgain() {
      server = await startRedis(program, Number(new URL(url).port), token);
    },
    usage: () => usageOf(url, token),
  };
}

async function usageOf(url: string, token: string): Promise<RedisUsage> {
  const redis = new Redis(url, { password: token, maxRetriesPerRequest: 1, commandTimeout: 5_000 });
  try {
    const [answers, statistics] = await Promise.all([
      redis.keys('fincore:*:answer:*'),
      redis.info('commandstats'),
    ]);
    const callsOf = (command: string) =>
      Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
    return { answerCount: answers.length, getCount: callsOf('get'), evalCount: callsOf('eval') };
  } finally {
    redis.disconnect();
  }
}
