import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Prepares an app, before it listens, for its orderly end.
 * @returns takes no new connection, lets the requests in progress finish, and cuts off what takes longer than the bound
 */
export function drainOf(app: FastifyInstance, timeoutMs: number): () => Promise<void> {
  const unanswered = new Set<ServerResponse>();
  app.server.on('request', (_request, response: ServerResponse) => {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });
  return async () => {
    // Node.js closes the connections that are idle now. The others would stay open for as long as their clients keep them.
    for (const response of unanswered) response.shouldKeepAlive = false;
    const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
    await app.close();
    clearTimeout(timer);
  };
}
