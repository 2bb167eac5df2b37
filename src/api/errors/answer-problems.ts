import type { ErrorObject } from 'ajv';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noMetrics } from '../../core/ports';
import type { ApiDependencies } from '../dependencies';
import { commonHeaders } from '../plugins/common-headers';
import type { RateLimits } from '../plugins/rate-limits';
import { numberAsWritten } from '../json/number-as-written';
import { jsonSerializer } from '../resources/json-serializer';
import { ProblemSchema } from '../resources/problem';
import { httpProblem } from './http-problem';
import { infrastructureProblem } from './infrastructure-problem';
import { Problem, type ProblemFacts, problemBody } from './problem';
import { quotablePath } from './quotable-path';
import { refusalOf } from './refusal-audit';
import { statusOf } from './status-of';
import { validationProblem } from './validation-problem';

const serializeProblem = jsonSerializer(ProblemSchema);

/** Turns every error of a request into a problem answer, and records each refusal in the audit. */
export function createProblemAnswer(
  {
    publicBaseUrl,
    auditLog,
    clock,
    log,
    counts = noMetrics,
  }: Pick<ApiDependencies, 'publicBaseUrl' | 'auditLog' | 'clock' | 'log' | 'counts'>,
  rates: Pick<RateLimits, 'countAddress'>,
) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { facts } = limited(problemIn(error, request), request, rates);
    const status = statusOf[facts.code];
    const path = quotablePath(request);
    if (status >= 500) {
      counts.record(isShed(facts.code) ? 'RequestsShed' : 'RequestsFailed');
      const cause = facts.cause ?? error;
      const context = { err: cause, code: facts.code, requestId: request.id, method: request.method, path };
      if (facts.code === 'internal_error') log.error(context, 'a request failed on a defect');
      else log.warn(context, 'a request was turned away');
    }
    const refusal = refusalOf(request, facts.code, clock());
    if (refusal !== null) auditLog.record(refusal);
    return send(reply, facts, status, path, publicBaseUrl);
  };
}

/** The refusal of a stranger counts against the address, on every route; beyond its share the refusal is 429. */
function limited(
  problem: Problem,
  request: FastifyRequest,
  rates: Pick<RateLimits, 'countAddress'>,
): Problem {
  const { probe = false } = request.routeOptions.config;
  if (probe || request.principal !== null || statusOf[problem.facts.code] >= 500) return problem;
  try {
    rates.countAddress(request);
    return problem;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const isShed = (code: ProblemFacts['code']): boolean => code === 'overloaded' || code === 'shutting_down';

export type ProblemAnswer = ReturnType<typeof createProblemAnswer>;

function send(
  reply: FastifyReply,
  facts: ProblemFacts,
  status: number,
  path: string,
  baseUrl: string,
): FastifyReply {
  const { request } = reply;
  if (facts.headers !== undefined) reply.headers(facts.headers);
  if (facts.retryAfterSeconds !== undefined) reply.header('retry-after', String(facts.retryAfterSeconds));
  const body = problemBody(facts, { baseUrl, path, requestId: request.id });
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(serializeProblem(body));
}

/** The problem that an error is. What nobody foresaw is a defect: its text stays in the log. */
function problemIn(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const validation = validationIn(error, request);
  if (validation !== null) return validation;
  return (
    httpProblem(error, request) ??
    infrastructureProblem(error) ??
    new Problem({ code: 'internal_error', cause: error })
  );
}

function validationIn(error: unknown, request: FastifyRequest): Problem | null {
  if (!(error instanceof Error) || !('validation' in error)) return null;
  const { validation, validationContext } = error as FastifyError;
  if (validation === undefined) return null;
  // Fastify's own type of these leaves out what its validator, which is ours, adds.
  return validationProblem(validation as readonly ErrorObject[], (pointer) =>
    validationContext === 'body'
      ? numberAsWritten(request.rawBody?.toString('utf8') ?? '', pointer)
      : wordAt(request.query, pointer),
  );
}

/** The word of a query at a pointer; the query is as it came where its schema refused it. */
function wordAt(query: unknown, pointer: string): string | null {
  let value: unknown = query;
  for (const name of pointer.split('/').slice(1))
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : null;
}

/** What the framework refuses before any hook has run: the answer gets its headers here. */
export const answerEarly =
  (answer: ProblemAnswer) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(commonHeaders).header('request-id', request.id);
    void answer(error, request, reply);
  };

export function answerProblems(app: FastifyInstance, answer: ProblemAnswer): void {
  app.setErrorHandler((error, request, reply) => answer(error, request, reply));
}
