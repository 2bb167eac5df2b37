import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem';

/** The problem of a request that no route takes; null for a browser that is sent to the reference instead. */
export type Unroutable = (request: FastifyRequest) => Problem | null;

/** Answers what no route takes: 405 where the path exists with other methods, otherwise 404. */
export function answerUnroutable(app: FastifyInstance): Unroutable {
  const methodsByPattern = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPattern.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) known.methods.add(name);
    methodsByPattern.set(url, known);
  });
  const unroutable: Unroutable = (request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = [...methodsByPattern.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((known) => [...known.methods]);
    if (path === '/' && isBrowser(request)) return null;
    // A route that takes the method has passed the request on, because there is no such page.
    if (methods.length === 0 || methods.includes(request.method))
      return new Problem(
        path === '/' ? { code: 'route_not_found', detail: rootDetail } : { code: 'route_not_found' },
      );
    const allow = [...new Set(methods)].sort().join(', ');
    return new Problem({
      code: 'method_not_allowed',
      detail: `Received ${request.method}; allowed: ${allow}.`,
      headers: { allow },
    });
  };
  app.setNotFoundHandler((request, reply) => {
    const problem = unroutable(request);
    if (problem !== null) throw problem;
    return reply.redirect(referencePath);
  });
  return unroutable;
}

const referencePath = '/docs';
const rootDetail = `There is nothing at /. The API is below /v1, and its reference at ${referencePath}.`;

/** Anyone who types the address into a browser wants to read about it. */
const isBrowser = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && (headers.accept ?? '').includes('text/html');

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) =>
        part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[^\w-]/g, String.raw`\$&`),
      )
      .join('/')}$`,
  );
