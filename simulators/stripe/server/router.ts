import type { Route } from './call';

export interface RouteMatch {
  readonly route: Route;
  readonly id: string;
  readonly secondId: string;
}

export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

/**
 * Finds routes by the shape of the path: in every path of Stripe's API, ids and words alternate after `/v1`, so
 * `/v1/refunds/re_1/cancel` has the shape `/v1/refunds/:id/cancel`. Words that stand where an id could (`search`)
 * are tried first.
 */
export function routerOf(routes: readonly Route[]): FindRoute {
  const byShape = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  return (method, path) => {
    const exact = byShape.get(`${method} ${path}`);
    if (exact !== undefined) return { route: exact, id: '', secondId: '' };
    const [, version = '', resource = '', id, action, secondId, ...more] = path.split('/');
    if (id === undefined || more.length > 0) return undefined;
    const base = `${method} /${version}/${resource}/:id`;
    const shape =
      action === undefined ? base : secondId === undefined ? `${base}/${action}` : `${base}/${action}/:id`;
    const route = byShape.get(shape);
    return route === undefined ? undefined : { route, id: decode(id), secondId: decode(secondId ?? '') };
  };
}

/** An id that is not properly encoded is simply an unknown one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
