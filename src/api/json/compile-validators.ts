import Ajv, { type Options } from 'ajv/dist/2019';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from '@sinclair/typebox';
import { parseCurrency } from '../../core/kernel';
import { createQueryReader } from './query-words';
import { isInstant } from './timestamp-format';

/** Every fault at once, each with the value it is about. The bounds of parse-json-body keep this cheap. */
const options: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  strictTypes: false,
  coerceTypes: false,
};

/** A body says what it means: nothing is converted. A query string is text, so there plain digits become numbers. */
export function createValidatorCompiler(): FastifySchemaCompiler<TSchema> {
  const ajv = new Ajv(options);
  ajv.addFormat('date-time', isInstant);
  ajv.addFormat('iso-4217', (code: string) => parseCurrency(code) !== null);
  ajv.addKeyword('x-expected');
  return ({ schema, httpPart }) => {
    const validate = ajv.compile(schema);
    if (httpPart !== 'querystring') return validate;
    const read = createQueryReader(schema);
    return (query: unknown) => {
      const value = read(query);
      return validate(value) ? { value } : { error: validate.errors ?? [] };
    };
  };
}
