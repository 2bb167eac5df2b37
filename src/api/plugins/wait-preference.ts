import type { FastifyReply, FastifyRequest } from 'fastify';
import { asciiLower } from '../../core/kernel';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';

/** The longest that an answer is held; a longer wish is cut to this. */
export const maxWaitSeconds = 30;

/**
 * The wait of `Prefer: wait=N` (RFC 7240); 0 without one. Preferences of other names are ignored, as the RFC
 * asks. @throws Problem preference_invalid
 */
export function waitSecondsOf(request: FastifyRequest): number {
  const prefer = request.headers['prefer'];
  if (prefer === undefined) return 0;
  const wishes = (Array.isArray(prefer) ? prefer.join(',') : prefer).split(',');
  for (const wish of wishes) {
    const [name = '', value = ''] = wish.split(';', 1)[0]?.split('=', 2) ?? [];
    if (asciiLower(name.trim()) !== 'wait') continue;
    const seconds = value.trim().replace(/^"(.*)"$/, '$1');
    if (/^[1-9]\d*$/.test(seconds)) return Math.min(Number(seconds), maxWaitSeconds);
    throw new Problem({
      code: 'preference_invalid',
      detail: `Prefer: received wait=${shownValue(seconds)}; allowed are 1 to ${String(maxWaitSeconds)} whole seconds.`,
    });
  }
  return 0;
}

export const appliedWait = (reply: FastifyReply, seconds: number): FastifyReply =>
  reply.header('preference-applied', `wait=${String(seconds)}`);
