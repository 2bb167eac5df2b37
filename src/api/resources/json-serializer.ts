import type { Static, TSchema } from '@sinclair/typebox';
import fastJson from 'fast-json-stringify';

/**
 * The bytes of an object by its schema: the compiler that Fastify uses for answers, so that a stored answer
 * and a fetched one agree to the byte.
 */
export const jsonSerializer = <Schema extends TSchema>(schema: Schema): ((value: Static<Schema>) => string) =>
  fastJson(schema);
