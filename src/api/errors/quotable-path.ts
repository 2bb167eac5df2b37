import type { FastifyRequest } from 'fastify';
import { isRepeatable } from './received-value';

/**
 * The path of a request as an answer and the log may quote it: without the query string, and as the route's own
 * pattern where somebody put a credential or a card number into the path.
 */
export function quotablePath(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? request.url;
  return isQuotable(path) ? path : (request.routeOptions.url ?? '/');
}

/** The same with the query string, which is left out where it holds what the path may not hold. */
export const quotableUrl = (request: FastifyRequest): string =>
  isQuotable(request.url) ? request.url : quotablePath(request);

const isQuotable = (text: string): boolean => isRepeatable(text) && isRepeatable(decoded(text));

/** Each escape apart: one that is no UTF-8 does not hide the others. A form writes a space as +. */
const decoded = (text: string): string =>
  text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
