import type { FastifyInstance } from 'fastify';

/**
 * An expectation other than 100-continue is left aside, as RFC 9110, section 10.1.1, allows: Node.js would answer 417 by
 * itself, without a problem, an id or any of the headers that every answer has.
 */
export function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
