import type { FastifyRequest } from 'fastify';
import { bodyLimitBytes } from '../limits';
import type { ErrorCode } from './catalogue';
import { Problem } from './problem';
import { shownValue } from './received-value';

/** Problems for the refusals of the web framework, by its own codes. @source fastify, lib/errors.js */
const codes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_BAD_URL: 'request_malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'route_not_found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content_type_unsupported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_malformed',
};

type Details = Readonly<Partial<Record<ErrorCode, (headers: FastifyRequest['headers']) => string>>>;

const details: Details = {
  body_too_large: () => `The body is larger than ${String(bodyLimitBytes)} bytes, the most that is read.`,
  content_type_unsupported: (headers) =>
    `Content-Type: received ${shownValue(headers['content-type'])}; allowed: application/json.`,
};

export function httpProblem(error: unknown, { headers }: Pick<FastifyRequest, 'headers'>): Problem | null {
  if (!(error instanceof Error)) return null;
  const code = isAborted(error) ? 'request_malformed' : (codes[codeIn(error)] ?? codeOfRefusal(error));
  if (code === null) return null;
  const detail = details[code]?.(headers);
  return new Problem(detail === undefined ? { code } : { code, detail });
}

const codeIn = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

/**
 * The code of what the framework, or the library that serves the pages, refuses with any other status of 400 to 499: a
 * path out of its folder, a NUL in a path. Errors of other libraries carry statuses of answers that they have got.
 */
function codeOfRefusal(error: Error): ErrorCode | null {
  const isOfFramework = codeIn(error).startsWith('FST_') || 'expose' in error;
  if (!isOfFramework || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  if (error.statusCode === 403 || error.statusCode === 404) return 'route_not_found';
  return error.statusCode >= 400 && error.statusCode < 500 ? 'request_malformed' : null;
}

/** The caller hung up in the middle of the body: the framework marks it with a status, a database's reset has none. */
const isAborted = (error: object): boolean =>
  'code' in error && error.code === 'ECONNRESET' && 'statusCode' in error && error.statusCode === 400;
