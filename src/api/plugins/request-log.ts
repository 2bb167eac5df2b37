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
