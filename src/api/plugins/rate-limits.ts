import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Principal, actorOf } from '../../core/accounts';
import { assert } from '../../core/kernel';
import type { ApiLimits } from '../dependencies';
import { Problem } from '../errors/problem';

export interface RateLimits {
  /** Counts one request of an authenticated caller. @throws Problem rate_limited */
  readonly countCredential: (request: FastifyRequest) => Promise<void>;
  /** Counts one request without a valid credential, by client address. @throws Problem rate_limited */
  readonly countAddress: (request: FastifyRequest) => Promise<void>;
  /** Refuses without counting when the address has used up what is allowed. @throws Problem rate_limited */
  readonly checkAddress: (request: FastifyRequest) => Promise<void>;
}

/** Limits are counted by this process alone: several processes allow as many times as much. */
export async function createRateLimits(app: FastifyInstance, limits: ApiLimits): Promise<RateLimits> {
  await app.register(rateLimit, { global: false });
  const credential = app.createRateLimit({
    max: limits.perCredentialPerSecond,
    timeWindow: 1_000,
    keyGenerator: ({ principal }) => limiterKey(principal),
  });
  const address = app.createRateLimit({ max: limits.anonymousPerMinute, timeWindow: 60_000 });
  return {
    async countCredential(request) {
      refuseExceeded('credential', await credential(request));
    },
    async countAddress(request) {
      refuseExceeded('address', await address(request));
    },
    async checkAddress(request) {
      const verdict = await address(request, { increment: false });
      // Reading does not count, so the last one allowed already shows nothing remaining.
      if (!verdict.isAllowed && verdict.remaining === 0) throw tooMany('address', verdict);
    },
  };
}

type Verdict = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;
type Counted = Extract<Verdict, { isAllowed: false }>;

function refuseExceeded(policy: string, verdict: Verdict): void {
  // The library says `isAllowed` for its allow list only; what it counted is told by `isExceeded`.
  if (!verdict.isAllowed && verdict.isExceeded) throw tooMany(policy, verdict);
}

/** @source IETF draft-ietf-httpapi-ratelimit-headers: RateLimit and RateLimit-Policy as structured fields */
function tooMany(policy: string, { max, timeWindow, ttlInSeconds }: Counted): Problem {
  const windowSeconds = Math.ceil(timeWindow / 1_000);
  const waitSeconds = Math.max(1, ttlInSeconds);
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

function limiterKey(principal: Principal | null): string {
  assert(principal !== null, 'a credential is counted after it was authenticated');
  return actorOf(principal);
}
