import type { FastifyRequest } from 'fastify';
import { type Principal, actorOf } from '../../core/accounts';
import type { Clock } from '../../core/kernel';
import { CacheUnavailable, type RateCount, type RateCounter } from '../../core/ports';
import type { ApiLimits } from '../dependencies';
import { Problem } from '../errors/problem';
import { networkOf } from './network-of';
import { createWindows } from './windows';

export interface RateLimits {
  /**
   * Counts one request of an authenticated caller: at once where this process counts, because every charge passes
   * here. @throws Problem rate_limited
   */
  readonly countCredential: (principal: Principal) => void | Promise<void>;
  /** Counts one request without a valid credential, once, by client address (of IPv6 the /64). @throws Problem rate_limited */
  readonly countAddress: (request: FastifyRequest) => void;
}

export interface RateLimitOptions {
  readonly limits: ApiLimits;
  readonly clock: Clock;
  /** Without it, and while it is gone, each process allows as much for itself. */
  readonly rateCounter?: RateCounter;
}

const credentialWindowMs = 1_000;
const addressWindowMs = 60_000;

export function createRateLimits({ limits, clock, rateCounter }: RateLimitOptions): RateLimits {
  const credentials = createWindows(clock);
  // Apart, so that strangers with many addresses push no credential out of the count.
  const addresses = createWindows(clock);
  const countHere = (bucket: string): void =>
    refuseBeyond('credential', limits.perCredentialPerSecond, {
      windowMs: credentialWindowMs,
      ...credentials.hit(bucket, credentialWindowMs),
    });

  async function countEverywhere(counter: RateCounter, bucket: string): Promise<void> {
    const counted = await counter.hit(bucket, credentialWindowMs).catch((error: unknown) => {
      if (error instanceof CacheUnavailable) return null;
      throw error;
    });
    if (counted === null) countHere(bucket);
    else
      refuseBeyond('credential', limits.perCredentialPerSecond, { windowMs: credentialWindowMs, ...counted });
  }

  return {
    countCredential(principal) {
      const bucket = `credential ${actorOf(principal)}`;
      if (rateCounter !== undefined) return countEverywhere(rateCounter, bucket);
      countHere(bucket);
      return undefined;
    },
    countAddress(request) {
      if (request.isCounted) return;
      request.isCounted = true;
      refuseBeyond('address', limits.anonymousPerMinute, {
        windowMs: addressWindowMs,
        ...addresses.hit(networkOf(request.ip), addressWindowMs),
      });
    },
  };
}

interface CountedWindow extends RateCount {
  readonly windowMs: number;
}

/** @source IETF draft-ietf-httpapi-ratelimit-headers: RateLimit and RateLimit-Policy as structured fields */
function refuseBeyond(policy: 'credential' | 'address', max: number, counted: CountedWindow): void {
  if (counted.count <= max) return;
  const windowSeconds = Math.ceil(counted.windowMs / 1_000);
  const waitSeconds = Math.max(1, Math.ceil(counted.resetMs / 1_000));
  throw new Problem({
    code: 'rate_limited',
    detail: `This ${policy} has used its ${String(max)} requests in ${String(windowSeconds)} s.`,
    retryAfterSeconds: waitSeconds,
    headers: {
      'ratelimit-policy': `"${policy}";q=${String(max)};w=${String(windowSeconds)}`,
      ratelimit: `"${policy}";r=0;t=${String(waitSeconds)}`,
    },
  });
}
