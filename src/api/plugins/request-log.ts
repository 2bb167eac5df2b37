import type { FastifyInstance } from 'fastify';
import { quotableUrl } from '../errors/quotable-path';

/**
 * One line for each request, at debug only: at thousands of charges a second a line each would cost more
 * than the charge, and metrics count them. Neither header nor body is in it.
 */
export function logRequests(app: FastifyInstance): void {
  if (app.log.level !== 'debug' && app.log.level !== 'trace') return;
  app.addHook('onResponse', (request, reply, done) => {
    app.log.debug(
      {
        requestId: request.id,
        merchant: request.principal?.kind === 'merchant' ? request.principal.merchantId : null,
        object: objectOf(request.params),
        method: request.method,
        url: quotableUrl(request),
        status: reply.statusCode,
        elapsedMs: Math.round(reply.elapsedTime * 1_000) / 1_000,
      },
      'request',
    );
    done();
  });
}

/** The shape of the ids of FinCore's own objects: what a caller puts in its place is not logged. */
const ownId = /^[a-z]{2,5}_[0-9a-z]{26}$/;

/** The id in the path, for example `ch_…`; null for a route without one. */
function objectOf(params: unknown): string | null {
  const named = typeof params === 'object' && params !== null && 'id' in params ? params.id : null;
  return typeof named === 'string' && ownId.test(named) ? named : null;
}
