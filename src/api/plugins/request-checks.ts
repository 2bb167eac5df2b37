import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asciiLower } from '../../core/kernel';
import type { AnsweredRequest, ApiDependencies } from '../dependencies';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import type { Unroutable } from '../errors/unroutable';
import { apiVersion } from '../version';
import { guardArrivals } from './arrivals';
import { createAuthenticator } from './authenticator';
import { commonHeaders } from './common-headers';
import type { LoadGate } from './load-gate';
import type { RateLimits } from './rate-limits';

export interface RequestChecks extends Pick<ApiDependencies, 'authenticate' | 'limits' | 'onAnswered'> {
  readonly load: LoadGate;
  readonly rates: RateLimits;
  readonly unroutable: Unroutable;
}

/**
 * What every request passes first, in this order: headers, version, load, credential and rate. One hook, because
 * each further one costs every charge. The body of what no route takes is not read.
 */
export function checkRequests(
  app: FastifyInstance,
  { authenticate, limits, load, rates, unroutable, onAnswered }: RequestChecks,
): void {
  const admit = createAuthenticator(authenticate, rates);
  const arrivals = guardArrivals(app, limits, load);

  function pass(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    reply.headers(commonHeaders).header('request-id', request.id);
    if (onAnswered !== undefined) reply.raw.once('close', () => onAnswered(answeredBy(reply)));
    const { access = 'public', perAddress = true, probe = false } = request.routeOptions.config;
    refuseMissingHost(request);
    refuseRepeatedHeaders(request);
    if (probe) return;
    refuseUnknownVersion(request);
    arrivals.enter(request, reply);
    if (access !== 'public') return admit(request, access);
    if (perAddress) rates.countAddress(request);
  }

  // With `done` and not async: who is known goes on in the same turn.
  app.addHook('onRequest', (request, reply, done) => {
    const passing = pass(request, reply);
    if (passing !== undefined) {
      passing.then(() => arrivals.awaitBody(request)).then(() => done(), done);
      return;
    }
    const problem = request.is404 ? unroutable(request) : null;
    if (problem === null) arrivals.awaitBody(request);
    done(problem ?? undefined);
  });
}

function answeredBy(reply: FastifyReply): AnsweredRequest {
  const { method, routeOptions } = reply.request;
  return {
    method,
    route: routeOptions.url ?? 'none',
    status: reply.raw.writableFinished ? String(reply.statusCode) : 'aborted',
    elapsedMs: reply.elapsedTime,
  };
}

/** @source RFC 9112, section 3.2: HTTP/1.1 without Host is answered 400 */
function refuseMissingHost({ raw }: FastifyRequest): void {
  if (raw.headers.host === undefined && raw.httpVersion === '1.1')
    throw new Problem({ code: 'request_malformed', detail: 'The Host header is missing.' });
}

/** Headers that say one thing. Node.js keeps the first line of each and drops the others; a proxy may keep the last. */
const singleHeaders = ['host', 'authorization', 'content-type', 'content-length'];

function refuseRepeatedHeaders({ raw: { rawHeaders } }: FastifyRequest): void {
  const seen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const written = rawHeaders[index] ?? '';
    const name = singleHeaders.find(
      (single) => single.length === written.length && single === asciiLower(written),
    );
    if (name === undefined) continue;
    if (seen.includes(name))
      throw new Problem({
        code: 'request_malformed',
        detail: `The request has several lines ${name}; allowed is one.`,
      });
    seen.push(name);
  }
}

function refuseUnknownVersion(request: FastifyRequest): void {
  const version = request.headers['fincore-version'];
  if (version === undefined || version === apiVersion) return;
  throw new Problem({
    code: 'version_unknown',
    detail: `FinCore-Version: received ${shownValue(version)}; allowed: ${apiVersion}.`,
  });
}
