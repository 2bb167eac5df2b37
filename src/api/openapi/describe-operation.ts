import type { FastifySchema, RouteOptions } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../errors/catalogue';
import { statusOf } from '../errors/status-of';
import { maxKeyCharacters } from '../plugins/idempotency';
import type { Access } from '../plugins/request-context';
import { maxWaitSeconds } from '../plugins/wait-preference';
import { errorsOf } from './errors-of';

/** Any one of the schemes opens the route. */
const schemes = {
  public: [],
  secret: [{ secretKey: [] }],
  operator: [{ operatorKey: [] }],
  secret_or_operator: [{ secretKey: [] }, { operatorKey: [] }],
} as const satisfies Readonly<Record<Access, readonly object[]>>;

/** A route's schema with what its configuration implies: security, headers and every error. */
export function described(schema: FastifySchema, route: RouteOptions): FastifySchema {
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
    response: { ...problemResponses(route), ...successes(schema.response) },
  };
}

/** A schema's example belongs to the answer, where a reference to a shared schema would lose it. */
function successes(response: unknown): Record<string, object> {
  const answers: Record<string, object> = {};
  if (typeof response !== 'object' || response === null) return answers;
  for (const [status, answer] of Object.entries(response) as [string, SuccessSchema][])
    answers[status] = 'content' in answer ? answer : withMedia(answer);
  return answers;
}

interface SuccessSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

function withMedia({ examples, description, ...schema }: SuccessSchema): object {
  const media = { schema, examples: { answer: { value: examples?.[0] } } };
  return { description, content: { 'application/json': media } };
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

function problemResponses(route: RouteOptions): Record<number, object> {
  const responses: Record<number, object> = {};
  const codes = errorsOf(route);
  for (const status of new Set(codes.map((code) => statusOf[code]))) {
    const ofStatus = codes.filter((code) => statusOf[code] === status);
    responses[status] = {
      description: ofStatus
        .map((code) => `\`${code}\`: ${asText(errorCatalogue[code].meaning)}`)
        .join('\n\n'),
      content: {
        'application/problem+json': {
          schema: { $ref: 'Problem#' },
          examples: Object.fromEntries(ofStatus.map((code) => [code, exampleOf(code)])),
        },
      },
    };
  }
  return responses;
}

/** Descriptions are Markdown, where `__proto__` is a bold word. */
const asText = (words: string): string => words.replaceAll('__', '\\_\\_');

/** Each code's example stands in the document once. */
const exampleOf = (code: ErrorCode) => ({ $ref: `#/components/examples/${code}` });
