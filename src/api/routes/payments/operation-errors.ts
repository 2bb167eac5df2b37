import type { ErrorCode } from '../../errors/catalogue';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route itself refuses; what every route can answer is added by the document. */
    readonly errors?: readonly ErrorCode[];
    /** Needs an Idempotency-Key. */
    readonly idempotent?: boolean;
    /** Honours Prefer: wait=N. */
    readonly waits?: boolean;
  }
}

/** What reading a JSON body can end with. */
const bodyErrors = [
  'body_malformed',
  'body_too_complex',
  'body_too_large',
  'card_number_refused',
  'content_encoding_unsupported',
  'content_type_unsupported',
  'forbidden_character',
  'forbidden_key',
  'number_not_exact',
  'parameter_invalid',
] as const satisfies readonly ErrorCode[];

/** The errors of every command with an Idempotency-Key. */
export const commandErrors = [
  ...bodyErrors,
  'concurrent_modification',
  'idempotency_key_in_flight',
  'idempotency_key_invalid',
  'idempotency_key_missing',
  'idempotency_key_reused',
] as const satisfies readonly ErrorCode[];
