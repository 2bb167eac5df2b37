import type { System } from '../api/memory-system';

/** A route of the running app, from the document that is generated from its routes: none can be forgotten. */
export interface Route {
  /** For example `POST /v1/charges/{id}/capture`. */
  readonly name: string;
  readonly method: string;
  /** With ids that nobody has in the place of its parameters. */
  readonly path: string;
  /** The kinds of credential that open it; none for a public route. */
  readonly opensTo: readonly string[];
  /** Names of the members of its body; null where it reads no JSON. */
  readonly members: readonly string[] | null;
}

interface Operation {
  readonly security: readonly object[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly properties?: object } }>>;
  };
}

const unknownIds: Readonly<Record<string, string>> = {
  '{id}': 'ch_0000000000000000000000000z',
  '{key}': 'key_0000000000000000000000000z',
  '{code}': 'overloaded',
};

export function routesOf({ app }: System): readonly Route[] {
  const document = JSON.parse(JSON.stringify(app.swagger())) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, (parameter) => unknownIds[parameter] ?? parameter),
        opensTo: security.flatMap((scheme) => Object.keys(scheme)),
        members: schema === undefined ? null : Object.keys(schema.properties ?? {}),
      };
    }),
  );
}

/** The credential that opens a route. */
export const keyFor = (route: Route, keys: { readonly secret: string; readonly operator: string }): string =>
  route.opensTo.includes('secretKey') ? keys.secret : keys.operator;
