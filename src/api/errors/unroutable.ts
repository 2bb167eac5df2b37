import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem';

/** Answers what no route takes: 405 where the path exists with other methods, otherwise 404. */
export function answerUnroutable(app: FastifyInstance): void {
  const methodsByPattern = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsByPattern.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) known.methods.add(name);
    methodsByPattern.set(url, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = [...methodsByPattern.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((known) => [...known.methods]);
    if (path === '/' && isBrowser(request)) return reply.redirect(referencePath);
    if (methods.length === 0)
      throw new Problem(
        path === '/' ? { code: 'route_not_found', detail: rootDetail } : { code: 'route_not_found' },
      );
    const allow = [...new Set(methods)].sort().join(', ');
    throw new Problem({
      code: 'method_not_allowed',
      detail: `Received ${request.method}; allowed: ${allow}.`,
      headers: { allow },
    });
  });
}

const referencePath = '/docs';
const rootDetail = `There is nothing at /. The API is below /v1, and its reference at ${referencePath}.`;

/** Whoever types the address into a browser wants to read about it. */
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
