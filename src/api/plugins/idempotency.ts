import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, type TenantId, asciiLower, assert } from '../../core/kernel';
import type { Answer, EventMetadata, Handled, IdempotentRequest } from '../../core/ports';
import { type ErrorCode, entryOf } from '../errors/catalogue';
import { Problem, refused } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { traceOf } from './trace-context';

export const maxKeyCharacters = 255;
const hashBytes = 16;
const printableAscii = /^[\x20-\x7e]+$/;
const nothing = Buffer.alloc(0);

/** What makes a retry of this request recognisable. @throws Problem idempotency_key_missing, idempotency_key_invalid */
export function idempotencyOf(request: FastifyRequest, tenant: TenantId): IdempotentRequest {
  const key = keyIn(request);
  const { url = request.url } = request.routeOptions;
  return {
    keyHash: shortHash(`${tenant}\0${request.method} ${url}\0${key}`),
    requestHash: shortHash(requestOf(request)),
  };
}

/** The target and the body as it came; a route with a key takes no query. */
function requestOf({ params, rawBody }: FastifyRequest): Buffer {
  const body = rawBody ?? nothing;
  const target = Object.values(params ?? {}).join('/');
  return target === '' ? body : Buffer.concat([Buffer.from(`${target}\0`), body]);
}

function keyIn(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) throw new Problem({ code: 'idempotency_key_missing' });
  if (typeof key === 'string' && key.length <= maxKeyCharacters && printableAscii.test(key)) {
    // Node.js joins a header that came twice; only then is the search worth its time.
    if (key.includes(joint) && isRepeated(request)) throw repeated(key);
    return key;
  }
  const received =
    typeof key === 'string' && key.length > maxKeyCharacters
      ? `${String(key.length)} characters`
      : shownValue(key);
  throw new Problem({
    code: 'idempotency_key_invalid',
    detail: `Idempotency-Key: received ${received}; allowed are 1 to ${String(maxKeyCharacters)} printable ASCII characters.`,
  });
}

/** @source Node.js, http, message.headers: how a repeated header is joined */
const joint = ', ';

const isRepeated = ({ raw: { rawHeaders } }: FastifyRequest): boolean =>
  rawHeaders.filter((name, at) => at % 2 === 0 && asciiLower(name) === 'idempotency-key').length > 1;

const repeated = (key: string): Problem =>
  new Problem({
    code: 'idempotency_key_invalid',
    detail: `Idempotency-Key: received several, ${shownValue(key)}; allowed is one.`,
  });

/** By way of a text, because the bytes that `hash` itself hands out are memory apart, for each of them. */
const shortHash = (content: string | Buffer): Buffer =>
  Buffer.from(hash('sha256', content, 'binary').slice(0, hashBytes), 'binary');

/** Anyone who asks again with the same key shares this, so that all that one intent set in motion is found together. */
export const correlationOf = ({ keyHash }: IdempotentRequest): string => keyHash.toString('hex');

export const metadataOf = (
  request: FastifyRequest,
  actor: string,
  idempotency: IdempotentRequest,
): EventMetadata => {
  const trace = traceOf(request.headers);
  return {
    actor,
    correlationId: correlationOf(idempotency),
    requestId: request.id,
    ...(trace === null ? {} : { trace }),
  };
};

const inFlightRetrySeconds = 1;

/** Requests that are being decided in this process, by key. As many as requests in flight, so bounded by those. */
export function createInFlightKeys() {
  const keys = new Set<string>();
  /** Runs `decide` unless the same key is being decided. The wait for an outcome is not part of it. */
  return async <Outcome>(
    { keyHash }: IdempotentRequest,
    decide: () => Promise<Outcome>,
  ): Promise<Outcome> => {
    const key = keyHash.toString('latin1');
    if (keys.has(key))
      throw new Problem({ code: 'idempotency_key_in_flight', retryAfterSeconds: inFlightRetrySeconds });
    keys.add(key);
    try {
      return await decide();
    } finally {
      keys.delete(key);
    }
  };
}
export type OncePerKey = ReturnType<typeof createInFlightKeys>;

/** The stored answer, or the one just stored. @throws Problem for a refusal and for a key used for something else */
export function answerOf<State, Code extends ErrorCode>(
  handled: Handled<State, Code>,
  reply: FastifyReply,
): Answer {
  switch (handled.kind) {
    case 'done':
      assert(handled.answer !== null, 'a command with a key has an answer');
      return handled.answer;
    case 'replayed':
      reply.header('idempotent-replayed', 'true');
      return handled.answer;
    case 'key_reused':
      throw reused(reply.request);
    case 'refused': {
      const refusal: Refusal<ErrorCode> = handled.refusal;
      throw refused(refusal);
    }
  }
}

const reused = ({ headers }: FastifyRequest): Problem => {
  const { meaning, remedy } = entryOf('idempotency_key_reused');
  return new Problem({
    code: 'idempotency_key_reused',
    detail: `Idempotency-Key: received ${shownValue(headers['idempotency-key'])}. ${meaning} ${remedy}`,
  });
};

/** Sends stored bytes as they are. */
export const sendAnswer = (reply: FastifyReply, { status, body }: Answer): FastifyReply =>
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body);
