import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { TSchema } from '@sinclair/typebox';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { type ErrorCode, errorCatalogue } from '../errors/catalogue';
import { problemBody } from '../errors/problem';
import { statusOf } from '../errors/status-of';
import { AuditEntrySchema } from '../resources/audit-entry';
import { ChargeSchema } from '../resources/charge';
import { ChargeEventSchema } from '../resources/charge-event';
import { LedgerAccountSchema, LedgerEntrySchema } from '../resources/ledger';
import { MerchantSchema } from '../resources/merchant';
import { ProblemSchema } from '../resources/problem';
import { RefundSchema } from '../resources/refund';
import { maxKeyCharacters } from './idempotency';
import type { Access } from './request-context';
import { maxWaitSeconds } from './wait-preference';
import { apiVersion } from '../version';

/** What any route can answer, whatever it does. */
const everyRoute = [
  'header_too_large',
  'internal_error',
  'overloaded',
  'rate_limited',
  'request_malformed',
  'request_timeout',
  'shutting_down',
  'temporarily_unavailable',
  'version_unknown',
] as const satisfies readonly ErrorCode[];

/** A probe passes neither limits nor load, and is answered to the end. */
const everyProbe = [
  'header_too_large',
  'internal_error',
  'request_malformed',
  'request_timeout',
] as const satisfies readonly ErrorCode[];

const byAccess = {
  public: [],
  secret: ['credential_missing', 'credential_invalid', 'secret_key_required', 'merchant_key_required'],
  operator: ['credential_missing', 'credential_invalid', 'operator_key_required'],
  secret_or_operator: ['credential_missing', 'credential_invalid', 'secret_key_required'],
} as const satisfies Readonly<Record<Access, readonly ErrorCode[]>>;

/** Any one of the schemes opens the route. */
const schemes = {
  public: [],
  secret: [{ secretKey: [] }],
  operator: [{ operatorKey: [] }],
  secret_or_operator: [{ secretKey: [] }, { operatorKey: [] }],
} as const satisfies Readonly<Record<Access, readonly object[]>>;

/** Builds the OpenAPI document from the routes as they are registered. */
export async function describeApi(app: FastifyInstance, publicBaseUrl: string): Promise<void> {
  const shared: readonly TSchema[] = [
    ProblemSchema,
    ChargeSchema,
    ChargeEventSchema,
    RefundSchema,
    LedgerAccountSchema,
    LedgerEntrySchema,
    AuditEntrySchema,
    MerchantSchema,
  ];
  for (const schema of shared) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'FinCore',
        version: apiVersion,
        description:
          'Payments on your own machine. Amounts are integers in minor units; every POST that creates or moves something needs an Idempotency-Key; errors are problems (RFC 9457).',
      },
      servers: [{ url: publicBaseUrl }],
      tags: [
        { name: 'Charges', description: 'Payments by card.' },
        { name: 'Refunds', description: 'Money given back.' },
        { name: 'Ledger', description: 'The double-entry books.' },
        { name: 'Audit', description: 'Who did what, and when.' },
        { name: 'Merchants', description: 'Merchants and their keys; for the operator.' },
        { name: 'Provider notices', description: 'Webhooks of payment service providers.' },
        { name: 'Operations', description: 'Health, metrics and this document.' },
      ],
      components: {
        securitySchemes: {
          secretKey: { type: 'http', scheme: 'bearer', description: "A merchant's secret key, sk_…" },
          operatorKey: { type: 'http', scheme: 'bearer', description: "The operator's credential." },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `Schema${String(index)}`,
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route, publicBaseUrl), url }),
    transformObject: (document) =>
      'openapiObject' in document ? withDeepObjects(document.openapiObject) : {},
  });
}

/** A route's schema with what its configuration implies: security, headers and every error. */
function described(schema: FastifySchema, route: RouteOptions, baseUrl: string): FastifySchema {
  const { access = 'public', idempotent = false, waits = false } = route.config ?? {};
  const headers = { ...(idempotent ? idempotencyHeader : {}), ...(waits ? preferHeader : {}) };
  return {
    ...schema,
    security: [...schemes[access]],
    ...(Object.keys(headers).length === 0
      ? {}
      : {
          headers: { type: 'object', properties: headers, required: idempotent ? ['Idempotency-Key'] : [] },
        }),
    response: { ...(schema.response ?? {}), ...problemResponses(route, baseUrl) },
  };
}

const idempotencyHeader = {
  'Idempotency-Key': {
    type: 'string',
    minLength: 1,
    maxLength: maxKeyCharacters,
    description: 'New for every new intent, the same for every retry of it.',
    examples: ['order-4711'],
  },
};

const preferHeader = {
  Prefer: {
    type: 'string',
    description: `wait=N holds the answer up to N seconds, 1 to ${String(maxWaitSeconds)}.`,
    examples: ['wait=10'],
  },
};

/** Every code that a route can answer, in alphabetical order. */
export function errorsOf(route: Pick<RouteOptions, 'config'>): readonly ErrorCode[] {
  const { access = 'public', errors = [], probe = false } = route.config ?? {};
  return [
    ...new Set<ErrorCode>([...(probe ? everyProbe : everyRoute), ...byAccess[access], ...errors]),
  ].sort();
}

function problemResponses(route: RouteOptions, baseUrl: string): Record<number, object> {
  const responses: Record<number, object> = {};
  const codes = errorsOf(route);
  for (const status of new Set(codes.map((code) => statusOf[code]))) {
    const ofStatus = codes.filter((code) => statusOf[code] === status);
    responses[status] = {
      description: ofStatus.map((code) => `\`${code}\`: ${errorCatalogue[code].meaning}`).join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: 'Problem#' },
          examples: problemExamples(ofStatus, route, baseUrl),
        },
      },
    };
  }
  return responses;
}

const problemExamples = (codes: readonly ErrorCode[], { url }: RouteOptions, baseUrl: string) =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      { value: problemBody({ code }, { baseUrl, path: url, requestId: 'req_06f4q8xk3v7m2n9r5t1w0y8z4b' }) },
    ]),
  );

type Document = Extract<Parameters<SwaggerTransformObject>[0], { openapiObject: unknown }>['openapiObject'];

/** Query parameters that are objects are written with brackets: created[gte]=…. */
function withDeepObjects(document: Document): Document {
  for (const item of Object.values(document.paths ?? {}))
    for (const operation of Object.values(item ?? {})) {
      if (typeof operation !== 'object' || Array.isArray(operation) || !('parameters' in operation)) continue;
      for (const parameter of operation.parameters ?? [])
        if ('in' in parameter && parameter.in === 'query' && isObjectSchema(parameter.schema)) {
          parameter.style = 'deepObject';
          parameter.explode = true;
        }
    }
  return document;
}

const isObjectSchema = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object';
