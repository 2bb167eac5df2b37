import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies } from '../dependencies';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { apiVersion } from '../version';
import { guardArrivals } from './arrivals';
import { createAuthenticator } from './authenticator';
import { commonHeaders } from './common-headers';
import type { LoadGate } from './load-gate';
import type { RateLimits } from './rate-limits';

export interface FrontDoorOptions extends Pick<ApiDependencies, 'authenticate' | 'limits'> {
  readonly load: LoadGate;
  readonly rates: RateLimits;
}

/**
 * What every request passes first, in this order: headers, version, load, credential and rate. One hook, because
 * each further one costs every charge.
 */
export function guardFrontDoor(
  app: FastifyInstance,
  { authenticate, limits, load, rates }: FrontDoorOptions,
): void {
  const admit = createAuthenticator(authenticate, rates);
  const arrivals = guardArrivals(app, limits, load);

  function pass(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    reply.headers(commonHeaders).header('request-id', request.id);
    const { access = 'public', perAddress = true, probe = false } = request.routeOptions.config;
    refuseMissingHost(request);
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
    arrivals.awaitBody(request);
    done();
  });
}

/** @source RFC 9112, section 3.2: HTTP/1.1 without Host is answered 400 */
function refuseMissingHost({ raw }: FastifyRequest): void {
  if (raw.headers.host === undefined && raw.httpVersion === '1.1')
    throw new Problem({ code: 'request_malformed', detail: 'The Host header is missing.' });
}

function refuseUnknownVersion(request: FastifyRequest): void {
  const version = request.headers['fincore-version'];
  if (version === undefined || version === apiVersion) return;
  throw new Problem({
    code: 'version_unknown',
    detail: `FinCore-Version: received ${shownValue(version)}; allowed: ${apiVersion}.`,
  });
}
