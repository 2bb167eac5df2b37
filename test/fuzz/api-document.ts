/** A JSON Schema as far as the document uses it; a keyword outside this list stops the generator with its name. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

export interface Media {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** As in the document, for example `/v1/charges/{id}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Null where the operation reads no JSON. */
  readonly body: JsonSchema | null;
  readonly callers: readonly Caller[];
  readonly needsKey: boolean;
  readonly waits: boolean;
  /** Documented media by status. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, Media>>>>;
}

/** Who a route is for, by the names of the document's security schemes. */
export type Caller = 'secretKey' | 'operatorKey';

export interface ApiDocument {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, object>>;
  /** Every error code that the API knows. */
  readonly errorCodes: ReadonlySet<string>;
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly security: readonly Readonly<Partial<Record<Caller, unknown>>>[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface RawDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly examples: Readonly<Record<string, unknown>>;
  };
}

/** The document of a running installation, in the shape that generator and judge need. */
export async function fetchApiDocument(apiUrl: string): Promise<ApiDocument> {
  const response = await fetch(`${apiUrl}/openapi.json`, { signal: AbortSignal.timeout(10_000) });
  const raw = (await response.json()) as RawDocument;
  return {
    operations: Object.entries(raw.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => operationOf(path, method, operation)),
    ),
    schemas: raw.components.schemas,
    errorCodes: new Set(Object.keys(raw.components.examples)),
  };
}

function operationOf(path: string, method: string, raw: RawOperation): Operation {
  const { operationId, parameters = [], requestBody, security, responses } = raw;
  const hasHeader = (name: string) =>
    parameters.some((parameter) => parameter.in === 'header' && parameter.name === name);
  return {
    operationId,
    method: method.toUpperCase(),
    path,
    parameters,
    body: requestBody?.content['application/json']?.schema ?? null,
    callers: security.flatMap((scheme) => Object.keys(scheme) as Caller[]),
    needsKey: hasHeader('Idempotency-Key'),
    waits: hasHeader('Prefer'),
    answers: Object.fromEntries(
      Object.entries(responses).map(([status, { content = {} }]) => [status, content]),
    ),
  };
}
