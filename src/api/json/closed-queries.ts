import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';

const nothing = Type.Object({}, { additionalProperties: false });

/**
 * Refuses query parameters on a route that names none: a caller who filters a list without filters gets an error instead
 * of the whole list. Public routes are exempt, because their callers add parameters of their own.
 */
export function closeQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === 'public' || route.schema === undefined) return;
    route.schema.querystring ??= nothing;
  });
}
