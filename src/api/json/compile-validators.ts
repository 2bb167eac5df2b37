import Ajv, { type Options } from 'ajv/dist/2019';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from '@sinclair/typebox';
import { isCurrencyInAnyCase } from '../resources/money';
import { isInstant } from './timestamp-format';

/** Every fault at once, each with the value it is about. The bounds of parse-json-body keep this cheap. */
const common: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  strictTypes: false,
};

/** A body says what it means: nothing is converted. A query string is text, so there words become numbers. */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const body = prepared(new Ajv({ ...common, coerceTypes: false }));
  const query = prepared(new Ajv({ ...common, coerceTypes: 'array' }));
  return ({ schema, httpPart }) => (httpPart === 'body' ? body : query).compile(schema);
}

function prepared(ajv: Ajv): Ajv {
  ajv.addFormat('date-time', isInstant);
  ajv.addFormat('iso-4217', isCurrencyInAnyCase);
  ajv.addKeyword('x-expected');
  return ajv;
}
