import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Principal, actorOf } from '../../core/accounts';
import type { Clock } from '../../core/kernel';
import { CacheUnavailable, type RateCount, type RateCounter } from '../../core/ports';
import type { ApiLimits } from '../dependencies';
import { Problem } from '../errors/problem';
import { createWindows } from './windows';

export interface RateLimits {
  /**
   * Counts one request of an authenticated caller: at once where this process counts, because every charge passes
   * here. @throws Problem rate_limited
   */
  readonly countCredential: (principal: Principal) => void | Promise<void>;
  /** Counts one request without a valid credential, by client address. @throws Problem rate_limited */
  readonly countAddress: (request: FastifyRequest) => Promise<void>;
  /** Refuses without counting when the address has used up what is allowed. @throws Problem rate_limited */
  readonly checkAddress: (request: FastifyRequest) => Promise<void>;
}

export interface RateLimitOptions {
  readonly limits: ApiLimits;
  readonly clock: Clock;
  /** Without it, and while it is gone, each process allows as much for itself. */
  readonly rateCounter?: RateCounter;
}

const credentialWindowMs = 1_000;

export async function createRateLimits(app: FastifyInstance, options: RateLimitOptions): Promise<RateLimits> {
  const { limits, rateCounter } = options;
  await app.register(rateLimit, { global: false });
  const address = app.createRateLimit({ max: limits.anonymousPerMinute, timeWindow: 60_000 });
  const windows = createWindows(options.clock);
  const countHere = (bucket: string): void =>
    refuseBeyond(limits.perCredentialPerSecond, windows.hit(bucket, credentialWindowMs));

  async function countEverywhere(counter: RateCounter, bucket: string): Promise<void> {
    const counted = await counter.hit(bucket, credentialWindowMs).catch((error: unknown) => {
      if (error instanceof CacheUnavailable) return null;
      throw error;
    });
    if (counted === null) countHere(bucket);
    else refuseBeyond(limits.perCredentialPerSecond, counted);
  }

  return {
    countCredential(principal) {
      const bucket = `credential ${actorOf(principal)}`;
      if (rateCounter !== undefined) return countEverywhere(rateCounter, bucket);
      countHere(bucket);
      return undefined;
    },
    async countAddress(request) {
      refuseExceeded(await address(request));
    },
    async checkAddress(request) {
      const verdict = await address(request, { increment: false });
      // Reading does not count, so the last one allowed already shows nothing remaining.
      if (!verdict.isAllowed && verdict.remaining === 0) throw tooManyFrom(verdict);
    },
  };
}

function refuseBeyond(max: number, { count, resetMs }: RateCount): void {
  if (count <= max) return;
  throw tooMany({ policy: 'credential', max, windowMs: credentialWindowMs, resetMs });
}

type Verdict = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;
type Counted = Extract<Verdict, { isAllowed: false }>;

function refuseExceeded(verdict: Verdict): void {
  // The library says `isAllowed` for its allow list only; what it counted is told by `isExceeded`.
  if (!verdict.isAllowed && verdict.isExceeded) throw tooManyFrom(verdict);
}

const tooManyFrom = ({ max, timeWindow, ttl }: Counted): Problem =>
  tooMany({ policy: 'address', max, windowMs: timeWindow, resetMs: ttl });

/** @source IETF draft-ietf-httpapi-ratelimit-headers: RateLimit and RateLimit-Policy as structured fields */
function tooMany(limit: {
  readonly policy: 'credential' | 'address';
  readonly max: number;
  readonly windowMs: number;
  readonly resetMs: number;
}): Problem {
  const { policy, max } = limit;
  const windowSeconds = Math.ceil(limit.windowMs / 1_000);
  const waitSeconds = Math.max(1, Math.ceil(limit.resetMs / 1_000));
  return new Problem({
    code: 'rate_limited',
    detail: `This ${policy} has used its ${String(max)} requests in ${String(windowSeconds)} s.`,
    retryAfterSeconds: waitSeconds,
    headers: {
      'ratelimit-policy': `"${policy}";q=${String(max)};w=${String(windowSeconds)}`,
      ratelimit: `"${policy}";r=0;t=${String(waitSeconds)}`,
    },
  });
}
