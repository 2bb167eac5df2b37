import type { RouteOptions } from 'fastify';
import type { ErrorCode } from '../errors/catalogue';
import type { Access } from '../plugins/request-context';

/** The errors that every route can answer. */
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

/** What reading a query string can end with. */
const queryErrors = [
  'card_number_refused',
  'forbidden_character',
  'parameter_invalid',
] as const satisfies readonly ErrorCode[];

/** What any operation can answer, and any that needs a key: the readable reference says it once. */
export const commonErrors: readonly ErrorCode[] = [
  ...new Set<ErrorCode>([...everyRoute, ...Object.values(byAccess).flat()]),
].sort();

/** Every code that a route can answer, in alphabetical order. */
export function errorsOf(route: Pick<RouteOptions, 'config' | 'schema'>): readonly ErrorCode[] {
  const { access = 'public', errors = [], probe = false } = route.config ?? {};
  return [
    ...new Set<ErrorCode>([
      ...(probe ? everyProbe : everyRoute),
      ...byAccess[access],
      ...(route.schema?.querystring === undefined ? [] : queryErrors),
      ...errors,
    ]),
  ].sort();
}
