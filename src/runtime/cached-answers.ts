import type { Answer, Cache, IdempotentRequest, Journal, KnownAnswer } from '../core/ports';

export interface CachedAnswersOptions {
  readonly cache: Cache;
  /** Retries mostly come within minutes; a PSP's own memory of keys is as long. @default 24 hours */
  readonly ttlMs?: number;
  /** Receives a cache that failed; the journal answers then. */
  readonly onError: (error: unknown) => void;
}

const defaultTtlMs = 24 * 60 * 60_000;

/** What lies in the cache: the hash of the request beside its answer, since the key alone says nothing of the body. */
interface CachedAnswer extends Answer {
  readonly requestHash: string;
}

/**
 * The same journal, with answers to requests that are made again taken from the cache. An answer never changes once
 * it is in the journal, so that a copy cannot be stale; what the cache does not know, the journal is asked.
 */
export function cachedAnswers(
  journal: Journal,
  { cache, ttlMs = defaultTtlMs, onError }: CachedAnswersOptions,
): Journal {
  const look = async (request: IdempotentRequest): Promise<KnownAnswer | null> => {
    try {
      const text = await cache.get(cacheKey(request));
      return text === null ? null : verdict(request, JSON.parse(text) as CachedAnswer);
    } catch (error) {
      onError(error);
      return null;
    }
  };
  // Nobody waits for the copy: the answer is durable already.
  const keep = (request: IdempotentRequest, { status, body }: Answer): void => {
    const cached: CachedAnswer = { requestHash: request.requestHash.toString('hex'), status, body };
    cache.set(cacheKey(request), JSON.stringify(cached), ttlMs).catch(onError);
  };

  return {
    ...journal,
    async append(append) {
      const outcome = await journal.append(append);
      if (outcome.kind === 'appended' && append.idempotency !== undefined)
        keep(append.idempotency, append.idempotency.answer);
      return outcome;
    },
    async findAnswer(request) {
      const cached = await look(request);
      if (cached !== null) return cached;
      const known = await journal.findAnswer(request);
      if (known?.kind === 'replayed') keep(request, known.answer);
      return known;
    },
  };
}

const cacheKey = ({ keyHash }: IdempotentRequest): string => `answer:${keyHash.toString('hex')}`;

const verdict = (request: IdempotentRequest, { requestHash, status, body }: CachedAnswer): KnownAnswer =>
  requestHash === request.requestHash.toString('hex')
    ? { kind: 'replayed', answer: { status, body } }
    : { kind: 'key_reused' };
