import type { FastifyInstance } from 'fastify';
import { assert } from '../../core/kernel';

/** Every route says who may call it. One that forgot would be public without anybody having decided it. */
export function requireAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    assert(route.config?.access !== undefined, `${route.url} says who may call it`);
  });
}
