import type { FastifyInstance } from 'fastify';
import { assert } from '../../core/kernel';

/** Paths under which a library adds its own routes; these pages are public. */
const publicPages = '/docs';

/** Every route says who may call it. One that forgot would be public without anybody having decided it. */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url === publicPages || route.url.startsWith(`${publicPages}/`))
      route.config = { ...route.config, access: 'public' };
    assert(route.config?.access !== undefined, `${route.url} says who may call it`);
  });
}
