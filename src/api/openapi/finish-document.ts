import type { SwaggerTransformObject } from '@fastify/swagger';

export type Document = Extract<
  Parameters<SwaggerTransformObject>[0],
  { openapiObject: unknown }
>['openapiObject'];

/** Says what the library does not: how brackets are written, and that what has a default may be left out. */
export function finished(document: Document): Document {
  for (const item of Object.values(document.paths ?? {}))
    for (const operation of Object.values(item ?? {})) {
      if (typeof operation !== 'object' || Array.isArray(operation) || !('responses' in operation)) continue;
      for (const parameter of operation.parameters ?? []) if ('in' in parameter) finishParameter(parameter);
      const body = operation.requestBody;
      if (body !== undefined && 'content' in body)
        for (const { schema } of Object.values(body.content)) relaxRequired(schema);
    }
  return document;
}

interface DescribedParameter {
  in: string;
  schema?: unknown;
  required?: boolean;
  description?: string;
  style?: string;
  explode?: boolean;
  example?: unknown;
  examples?: unknown;
}

function finishParameter(parameter: DescribedParameter): void {
  const { schema } = parameter;
  if (parameter.in !== 'query' || typeof schema !== 'object' || schema === null) return;
  if ('default' in schema) parameter.required = false;
  const isObject = 'type' in schema && [schema.type].flat().includes('object');
  if (isObject) {
    parameter.style = 'deepObject';
    parameter.explode = true;
  }
  if (!('default' in schema)) offerNothing(parameter, isObject);
}

/**
 * Readers of the document that can be tried out send a parameter's example unless told otherwise: a list would then be
 * filtered by what nobody asked for. The example is told, and nothing is the first choice.
 */
function offerNothing(parameter: DescribedParameter, isObject: boolean): void {
  const { example } = parameter;
  delete parameter.example;
  if (isObject)
    parameter.examples = {
      none: { summary: 'Not sent', value: {} },
      ...(example === undefined ? {} : { example: { summary: 'For example', value: example } }),
    };
  else if (typeof example === 'string' || typeof example === 'number')
    parameter.description = `${parameter.description ?? ''} For example ${String(example)}.`.trim();
}

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
