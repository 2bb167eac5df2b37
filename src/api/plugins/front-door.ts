import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies } from '../dependencies';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { apiVersion } from '../version';
import { createAuthenticator } from './authenticator';
import { commonHeaders } from './common-headers';
import type { LoadGate } from './load-gate';
import { createRateLimits } from './rate-limits';

const overloadRetrySeconds = 1;

/**
 * What every request passes first, in this order: headers, version, load, credential and rate. One hook, because
 * each further one costs every charge.
 */
export async function guardFrontDoor(
  app: FastifyInstance,
  dependencies: Pick<ApiDependencies, 'authenticate' | 'limits' | 'clock' | 'rateCounter'>,
  load: LoadGate,
): Promise<void> {
  const rates = await createRateLimits(app, dependencies);
  const admit = createAuthenticator(dependencies.authenticate, rates);

  function pass(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    reply.headers(commonHeaders).header('request-id', request.id);
    const { access = 'public', perAddress = true, probe = false } = request.routeOptions.config;
    refuseMissingHost(request);
    if (probe) return;
    refuseUnknownVersion(request);
    enter(reply, load);
    if (access !== 'public') return admit(request, access);
    if (perAddress) return rates.countAddress(request);
  }

  // With `done` and not async: who is known goes on in the same turn.
  app.addHook('onRequest', (request, reply, done) => {
    const passing = pass(request, reply);
    if (passing === undefined) done();
    else passing.then(() => done(), done);
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

function enter(reply: FastifyReply, load: LoadGate): void {
  if (load.isClosed())
    throw new Problem({
      code: 'shutting_down',
      retryAfterSeconds: overloadRetrySeconds,
      headers: { connection: 'close' },
    });
  if (!load.tryEnter()) throw new Problem({ code: 'overloaded', retryAfterSeconds: overloadRetrySeconds });
  reply.raw.once('close', load.leave);
}
