import { apiDocument } from '../../src/compose/api-document';
import { errorCodes, isErrorCode } from '../../src/api/errors/catalogue';
import { statusOf } from '../../src/api/errors/status-of';

interface Media {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: {
      readonly type?: string;
      readonly examples?: unknown;
    };
    readonly example?: unknown;
    readonly examples?: unknown;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly properties?: object; readonly required?: readonly string[] }>
    >;
  };
}

let text: string;
let document: Document;
let operations: [string, Operation][];
beforeAll(async () => {
  text = await apiDocument();
  document = JSON.parse(text) as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});

test('every route says what it is, in words', () => {
  const known = new Set(document.tags.map(({ name }) => name));
  for (const [name, { operationId, summary, description, tags }] of operations) {
    expect([name, operationId]).toEqual([name, expect.stringMatching(/^[a-z][A-Za-z]+$/) as unknown]);
    expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].{5,}[^.]$/) as unknown]);
    expect([name, description]).toEqual([name, expect.stringMatching(/^[A-Z].{5,}\.$/s) as unknown]);
    expect([name, tags?.length, known.has(tags?.[0] ?? '')]).toEqual([name, 1, true]);
  }
  expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
});

test('every route has an example of its answer, and of its body where it has one', () => {
  const hasExample = ({ example, examples, schema }: Media) =>
    example !== undefined ||
    Object.values(examples ?? {}).some((value) => JSON.stringify(value).length > '{"value":}'.length) ||
    JSON.stringify(schema ?? {}).includes('"examples":');
  for (const [name, { requestBody, responses }] of operations) {
    for (const media of Object.values(requestBody?.content ?? {}))
      expect([name, hasExample(media)]).toEqual([name, true]);
    const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    expect([name, successes.length]).toEqual([name, 1]);
    for (const [, { content }] of successes)
      for (const media of Object.values(content ?? {}))
        expect([name, hasExample(media)]).toEqual([name, true]);
  }
});

test('every route names its errors, each under its status and with an example', () => {
  const named = new Set<string>();
  for (const [name, { responses, security = [] }] of operations) {
    for (const [status, { description, content }] of Object.entries(responses)) {
      if (!/^[45]/.test(status)) continue;
      const codes = Object.keys(content?.['application/problem+json']?.examples ?? {});
      if (codes.length === 0 && name.startsWith('GET /readyz')) continue;
      expect([name, status, codes.length > 0]).toEqual([name, status, true]);
      for (const code of codes) {
        expect([code, isErrorCode(code) && String(statusOf[code])]).toEqual([code, status]);
        expect(description).toContain(`\`${code}\``);
        named.add(code);
      }
    }
    expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(['400', '500']) as unknown]);
    if (security.length > 0)
      expect([name, responses]).toEqual([
        name,
        expect.objectContaining({
          401: expect.anything() as unknown,
          403: expect.anything() as unknown,
        }) as unknown,
      ]);
  }
  // No route names what only review, workers and unrouted requests meet.
  const elsewhere = [
    'capture_not_found',
    'charge_final',
    'method_not_allowed',
    'provider_contradiction',
    'refund_final',
    'route_not_found',
  ];
  expect(errorCodes.filter((code) => !named.has(code))).toEqual(elsewhere);
});

test('every reference leads somewhere', () => {
  const references = [...text.matchAll(/"\$ref":\s*"([^"]+)"/g)].map(([, reference]) => reference ?? '');
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) {
    const target = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>(
        (at, name) =>
          typeof at === 'object' && at !== null
            ? Object.entries(at).find(([key]) => key === name)?.[1]
            : undefined,
        document,
      );
    expect([reference, typeof target]).toEqual([reference, 'object']);
  }
});

test('what has a default is not required; brackets are declared; bodies take no unknown field', () => {
  const list = operations.find(([name]) => name === 'GET /v1/charges')?.[1];
  const parameters = new Map(list?.parameters?.map((parameter) => [parameter.name, parameter]));
  expect(parameters.get('limit')?.required).toBe(false);
  expect(parameters.get('metadata')?.schema.type).toBe('array');
  expect(
    ['created', 'created[gt]', 'created[gte]', 'created[lt]', 'created[lte]'].map(
      (name) => parameters.get(name)?.schema.type,
    ),
  ).toEqual(['string', 'string', 'string', 'string', 'string']);
  expect(['amount', 'amount[lte]'].map((name) => parameters.get(name)?.schema.type)).toEqual([
    'integer',
    'integer',
  ]);
  for (const [name, { requestBody, parameters: headers = [] }] of operations) {
    const schema = requestBody?.content['application/json']?.schema as
      | {
          additionalProperties?: boolean;
          required?: string[];
          properties?: Record<string, { default?: unknown }>;
        }
      | undefined;
    if (schema === undefined) continue;
    expect([name, schema.additionalProperties]).toEqual([name, false]);
    for (const field of schema.required ?? [])
      expect([name, field, schema.properties?.[field]?.default]).toEqual([name, field, undefined]);
    expect([
      name,
      headers.some((header) => header.name === 'Idempotency-Key' && header.required === true),
    ]).toEqual([name, true]);
  }
});

test('a program that sends the examples of parameters filters a list by nothing', () => {
  let filters = 0;
  for (const [name, { parameters = [] }] of operations)
    for (const parameter of parameters.filter((known) => known.in === 'query')) {
      const { schema, example, examples } = parameter;
      if ('default' in schema) continue;
      filters += 1;
      expect([name, parameter.name, example, examples, schema.examples]).toEqual([
        name,
        parameter.name,
        undefined,
        undefined,
        undefined,
      ]);
    }
  expect(filters).toBeGreaterThan(20);
});

test('every filter is of one type that any program can send', () => {
  for (const [name, { parameters = [] }] of operations)
    for (const parameter of parameters) {
      const { type } = parameter.schema;
      expect([name, parameter.name, type]).toEqual([
        name,
        parameter.name,
        expect.stringMatching(/^(string|integer|array)$/),
      ]);
    }
});

test("a refund's charge is always its id, Stripe's signature is declared, and a currency has three letters", () => {
  const { Refund } = document.components.schemas;
  expect(Refund?.properties).toMatchObject({
    charge: { type: 'string' },
    charge_object: { $ref: '#/components/schemas/Charge' },
  });
  expect(Refund?.required).not.toContain('charge_object');
  const notice = operations.find(([name]) => name === 'POST /v1/psp/stripe/webhooks')?.[1];
  expect(notice?.parameters?.map((parameter) => [parameter.in, parameter.name])).toContainEqual([
    'header',
    'Stripe-Signature',
  ]);
  const body = operations.find(([name]) => name === 'POST /v1/charges')?.[1].requestBody;
  expect(body?.content['application/json']?.schema).toMatchObject({
    properties: { currency: { minLength: 3, maxLength: 3 } },
  });
});

test('is OpenAPI 3.1, and grows by little with each operation', () => {
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
  expect(Buffer.byteLength(JSON.stringify(document)) / operations.length).toBeLessThan(9_000);
});
