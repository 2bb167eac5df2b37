import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';

const nothing = Type.Object({}, { additionalProperties: false });

/**
 * A route that names no parameters takes none: anyone who filters a list that has no filters is told so and does not take
 * the whole list for the part. Public routes are called by programs that add words of their own.
 */
export function closeQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'public' || route.schema === undefined) return;
    route.schema.querystring ??= nothing;
  });
}
