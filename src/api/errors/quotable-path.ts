import type { FastifyRequest } from 'fastify';
import { isRepeatable } from './received-value';

/**
 * The path of a request as an answer and the log may quote it: without the query string, and as the route's own
 * pattern where somebody put a credential or a card number into the path.
 */
export function quotablePath(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? request.url;
  return isRepeatable(path) && isRepeatable(decoded(path)) ? path : (request.routeOptions.url ?? '/');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
