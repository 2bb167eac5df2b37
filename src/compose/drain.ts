import type { FastifyInstance } from 'fastify';

/** Takes no new connection, lets the requests in progress finish, and cuts off what takes longer than the bound. */
export async function drain(app: FastifyInstance, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
  await app.close();
  clearTimeout(timer);
}
