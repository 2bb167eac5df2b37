import type { SwaggerTransformObject } from '@fastify/swagger';

export type Document = Extract<
  Parameters<SwaggerTransformObject>[0],
  { openapiObject: unknown }
>['openapiObject'];

/** Says what the library does not: one parameter for each bound of a range, and that what has a default may be left out. */
export function finished(document: Document): Document {
  for (const item of Object.values(document.paths ?? {}))
    for (const operation of Object.values(item ?? {})) {
      if (typeof operation !== 'object' || Array.isArray(operation) || !('responses' in operation)) continue;
      if (operation.parameters !== undefined)
        // The library's type knows no schema of OpenAPI 3.1; the parameters are those that it made.
        operation.parameters = (operation.parameters as DescribedParameter[]).flatMap(finishedParameters);
      const body = operation.requestBody;
      if (body !== undefined && 'content' in body)
        for (const { schema } of Object.values(body.content)) relaxRequired(schema);
    }
  return document;
}

interface DescribedSchema extends Readonly<Record<string, unknown>> {
  readonly description?: string;
}

interface DescribedParameter {
  readonly in: string;
  readonly name: string;
  readonly schema?: DescribedSchema;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** Keywords of an object that mean nothing for the value that a query may hold in its place. */
const keywordsOfObjects = ['properties', 'additionalProperties', 'maxProperties', 'propertyNames'];

/**
 * What a query takes as an object is described without one, because programs that generate clients disagree about objects
 * in queries: a range as one parameter for the value and one for each bound (`created`, `created[gte]`), and what has
 * any name as a list of pairs (`order:4711`).
 */
function finishedParameters(parameter: DescribedParameter): readonly DescribedParameter[] {
  const { schema } = parameter;
  if (parameter.in !== 'query' || schema === undefined) return [parameter];
  if ('default' in schema) return [{ ...parameter, required: false }];
  const types = [schema['type']].flat();
  if (!types.includes('object')) return [exampleInWords(parameter)];
  const type = types.find((name) => name !== 'object');
  const value = exampleInWords({
    ...parameter,
    schema: { ...without(schema, keywordsOfObjects), type },
    example: undefined,
  });
  const bounds = Object.entries((schema['properties'] ?? {}) as Record<string, DescribedSchema>);
  return [
    value,
    ...bounds.map(([name, bound]) =>
      exampleInWords({
        in: 'query',
        name: `${parameter.name}[${name}]`,
        schema: without(bound, ['description']),
        required: false,
        description: bound.description ?? '',
        example: ((bound['examples'] ?? []) as readonly unknown[])[0],
      }),
    ),
  ];
}

/** Moves a parameter's example into its description: some programs send the example by default, and would filter by it. */
function exampleInWords({ example, schema = {}, ...parameter }: DescribedParameter): DescribedParameter {
  const words =
    typeof example === 'string' || typeof example === 'number' ? ` For example ${String(example)}.` : '';
  return {
    ...parameter,
    schema: without(schema, ['examples']),
    description: `${parameter.description ?? ''}${words}`.trim(),
  };
}

const without = (schema: DescribedSchema, keywords: readonly string[]): DescribedSchema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));

function relaxRequired(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null || !('required' in schema) || !('properties' in schema))
    return;
  const { required, properties } = schema;
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return;
  const withDefault = Object.entries(properties).flatMap(([name, property]: [string, unknown]) =>
    typeof property === 'object' && property !== null && 'default' in property ? [name] : [],
  );
  schema.required = required.filter((name: unknown) => !withDefault.includes(String(name)));
}
