import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parseCurrency } from '../../src/core/kernel';
import type { ApiDocument, Operation } from './api-document';
import type { BuiltRequest } from './built-request';
import type { Draft } from './draft';
import { cardNumbers, credentialCanary } from './hostile-values';
import { routeOf } from './route-of';
import type { WireAnswer } from './wire-client';

/** A request and its answer. */
export interface Exchange {
  readonly draft: Draft;
  readonly request: BuiltRequest;
  readonly answer: WireAnswer;
}

export interface Judge {
  /** Statements that the exchange breaks; none when all is well. */
  readonly faultsOf: (exchange: Exchange) => readonly string[];
}

const onEveryAnswer: Readonly<Record<string, RegExp>> = {
  'strict-transport-security': /^max-age=\d{7,}/,
  'x-content-type-options': /^nosniff$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cache-control': /^no-store$/,
  'fincore-version': /^\d{4}-\d{2}-\d{2}$/,
  'request-id': /^[\w.-]{1,64}$/,
};
const neverPresent = ['access-control-allow-origin', 'server', 'x-powered-by', 'x-injected', 'set-cookie'];
/** What an installation says of itself only by mistake. */
const internals =
  /node_modules|\.(?:ts|js):\d+|\n\s+at |\/(?:tmp|home|work|usr|var)\/|\b(?:SELECT|INSERT INTO|UPDATE) |\brelation "|pg_|ECONN/;
/** An outage is announced; a defect is not excused. */
const excusable = new Set([503]);

/** Holds answers against the document, and against what no document says: API.md and SECURITY.md. */
export function createJudge(document: ApiDocument, secrets: readonly string[]): Judge {
  const schemas = createSchemas(document);
  return {
    faultsOf(exchange) {
      const { draft, request, answer } = exchange;
      if (answer.status === 0) return ['the connection ended without an answer'];
      const route = draft.distortion === null ? routeOf(document, request.method, request.target) : null;
      const body = answer.body.toString('utf8');
      return [
        ...statusFaults(exchange),
        ...headerFaults(answer),
        ...(route === null ? [] : documentFaults(route, exchange, schemas)),
        ...(answer.status >= 400 && request.method !== 'HEAD'
          ? problemFaults(answer, body, document, route)
          : []),
        ...echoFaults(exchange, body, secrets),
        ...(route === draft.operation ? expectationFaults(exchange, body, schemas) : []),
      ];
    },
  };
}

function statusFaults({ answer, draft }: Exchange): string[] {
  const { status, headers } = answer;
  const faults: string[] = [];
  if (status >= 500 && !excusable.has(status)) faults.push(`${String(status)} is a defect`);
  if ((status === 503 || status === 429) && !/^\d+$/.test(headers['retry-after'] ?? ''))
    faults.push(`${String(status)} without Retry-After`);
  if (status === 405 && headers.allow === undefined) faults.push('405 without Allow');
  if (status === 401 && headers['www-authenticate'] === undefined)
    faults.push('401 without WWW-Authenticate');
  // Two hostile things may undo each other: a body that must be refused is not read by another method.
  const isSure = draft.mustBeRefused && draft.mutations.length === 1;
  if (isSure && status < 400) faults.push(`${String(status)} where only a refusal is right`);
  return faults;
}

function headerFaults({ headers }: WireAnswer): string[] {
  const missing = Object.entries(onEveryAnswer).filter(
    ([name, pattern]) => !pattern.test(String(headers[name] ?? '')),
  );
  const present = neverPresent.filter((name) => headers[name] !== undefined);
  return [
    ...missing.map(([name]) => `the header ${name} is ${JSON.stringify(headers[name] ?? null)}`),
    ...present.map((name) => `the header ${name} is present`),
  ];
}

/** Compiles a documented schema once. Objects are closed: a member that is not documented is a fault. */
function createSchemas({ schemas }: ApiDocument) {
  const ajv = new Ajv2020({ strict: true, strictRequired: true, allowUnionTypes: true, allErrors: true });
  addFormats(ajv, ['date-time', 'uri']);
  ajv.addFormat('iso-4217', (code: string) => parseCurrency(code) !== null);
  for (const keyword of ['x-expected', 'example']) ajv.addKeyword(keyword);
  const compiled = new Map<object, ValidateFunction>();
  return {
    validator(schema: object): ValidateFunction {
      const known = compiled.get(schema);
      if (known !== undefined) return known;
      const made = ajv.compile(withDefinitions(closed(schema), schemas));
      compiled.set(schema, made);
      return made;
    },
    /** Request schemas as they stand: they say themselves what else they allow. */
    asIs(schema: object): ValidateFunction {
      const known = compiled.get(schema);
      if (known !== undefined) return known;
      const made = ajv.compile(schema);
      compiled.set(schema, made);
      return made;
    },
    describe: (validate: ValidateFunction) => ajv.errorsText(validate.errors),
  };
}
type Schemas = ReturnType<typeof createSchemas>;

const withDefinitions = (schema: object, shared: ApiDocument['schemas']): object => ({
  ...schema,
  $defs: Object.fromEntries(Object.entries(shared).map(([name, definition]) => [name, closed(definition)])),
});

function closed(schema: object): object {
  const text = JSON.stringify(schema, (_name, value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'properties' in value &&
    'type' in value
      ? { additionalProperties: false, ...value }
      : value,
  );
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object;
}

function documentFaults(route: Operation, { request, answer }: Exchange, schemas: Schemas): string[] {
  const media = route.answers[String(answer.status)];
  if (media === undefined) return [`${route.operationId} does not document ${String(answer.status)}`];
  const type = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  const documented = media[type];
  if (documented === undefined)
    return [`${route.operationId} does not document ${type} for ${String(answer.status)}`];
  if (request.method === 'HEAD' || documented.schema === undefined || !type.endsWith('json')) return [];
  const value = parsed(answer.body.toString('utf8'));
  if (value === undefined) return ['the body is not JSON'];
  const validate = schemas.validator(documented.schema);
  return validate(value) ? [] : [`the body breaks its schema: ${schemas.describe(validate)}`];
}

function problemFaults(
  answer: WireAnswer,
  body: string,
  document: ApiDocument,
  route: Operation | null,
): string[] {
  const { status, headers } = answer;
  const faults: string[] = [];
  if (headers['content-type'] !== 'application/problem+json; charset=utf-8')
    faults.push(`a refusal is ${String(headers['content-type'])}`);
  const problem = parsed(body) as Record<string, unknown> | undefined;
  if (problem === undefined) return [...faults, 'a refusal is not JSON'];
  const code = String(problem['code']);
  if (!document.errorCodes.has(code)) faults.push(`the catalogue has no ${code}`);
  if (problem['status'] !== status)
    faults.push(`the body says ${String(problem['status'])}, the status ${String(status)}`);
  if (problem['request_id'] !== headers['request-id']) faults.push('request_id and Request-Id differ');
  if (!String(problem['type']).endsWith(`/errors/${code}`))
    faults.push('the type is not the page of the code');
  const documented = route?.answers[String(status)]?.['application/problem+json']?.examples;
  if (documented !== undefined && !(code in documented))
    faults.push(`${route?.operationId ?? ''} does not document ${code}`);
  if (internals.test(body)) faults.push('a refusal shows internals');
  return faults;
}

/** What was sent in confidence does not come back, whatever the answer is. */
function echoFaults({ request, answer }: Exchange, body: string, secrets: readonly string[]): string[] {
  const sent = request.body?.toString('utf8') ?? '';
  const token = /"payment_token":"((?:tok|pm)_\w{4,})"/.exec(sent)?.[1];
  const isElsewhere = token !== undefined && sent.split(token).length > 2;
  const confidential = [
    ...secrets,
    // A merchant may write into its own description what it likes; a refusal never quotes it.
    ...(answer.status >= 400 ? [credentialCanary] : []),
    ...(token === undefined || isElsewhere ? [] : [token]),
  ].filter((text) => body.includes(text));
  const digits = body.replace(/[ -]/g, '');
  const cards = cardNumbers.filter((number) => digits.includes(number.replace(/\D/g, '')));
  return [...confidential, ...cards].map((text) => `the answer repeats ${text.slice(0, 8)}…`);
}

/** Codes that say that the request itself was wrong. */
const blaming =
  /^(?:parameter_|body_|forbidden_|card_number|content_type|number_not|credential_|idempotency_key_(?!reused)|preference_|request_|route_|method_|version_|secret_key|operator_|merchant_key)/;

/** The document read as a promise: what it allows is understood, and what it forbids is refused. */
function expectationFaults({ draft, request, answer }: Exchange, body: string, schemas: Schemas): string[] {
  const { operation, mutations } = draft;
  const code = String((parsed(body) as Record<string, unknown> | undefined)?.['code']);
  const faults: string[] = [];
  if (mutations.length === 0 && answer.status >= 400 && blaming.test(code) && operation.callers.length > 0)
    faults.push(`what the document allows was refused as ${code}`);
  if (operation.body !== null && answer.status < 400) {
    const sent =
      request.body === null || request.body.length === 0 ? {} : parsed(request.body.toString('utf8'));
    const validate = schemas.asIs(operation.body);
    if (sent === undefined) faults.push('a body that is no JSON was accepted');
    else if (!validate(sent))
      faults.push(`what the document forbids was accepted: ${schemas.describe(validate)}`);
  }
  return faults;
}

export function parsed(text: string): unknown {
  try {
    // A reader may ignore a byte order mark (RFC 8259, section 8.1), and the API's does.
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch {
    return undefined;
  }
}
