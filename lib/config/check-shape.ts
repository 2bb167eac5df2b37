import Ajv, { type ErrorObject } from 'ajv';
import type { ConfigurationProblem } from './configuration-problem';
import { stageConfigurationSchema, type StageConfiguration } from './stage-configuration';

const ajv = new Ajv({ allErrors: true, discriminator: true, verbose: true, keywords: ['x-allowed'] });
const hasShape = ajv.compile<StageConfiguration>(stageConfigurationSchema);

export type Shaped =
  | { readonly ok: true; readonly value: StageConfiguration }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/** Whether every setting is there, is known, and has the form that it must have. */
export function checkShape(input: unknown): Shaped {
  if (hasShape(input)) return { ok: true, value: input };
  return { ok: false, problems: (hasShape.errors ?? []).map(problemOf) };
}

function problemOf(error: ErrorObject): ConfigurationProblem {
  const here = error.instancePath.slice(1).replaceAll('/', '.');
  const child = (name: string) => (here === '' ? name : `${here}.${name}`);
  const parameters: Readonly<Record<string, unknown>> = error.params;
  const named = (parameter: string) => String(parameters[parameter]);
  switch (error.keyword) {
    case 'required':
      return { setting: child(named('missingProperty')), message: 'It is missing.' };
    case 'additionalProperties':
      return { setting: child(named('additionalProperty')), message: 'There is no such setting.' };
    default:
      return {
        setting: here === '' ? 'everything' : here,
        message: `It is ${shown(error.data)}; it must be ${allowed(error, parameters)}.`,
      };
  }
}

function allowed(error: ErrorObject, parameters: Readonly<Record<string, unknown>>): string {
  const schema: unknown = error.parentSchema;
  switch (error.keyword) {
    case 'enum':
      return `one of ${JSON.stringify(error.schema)}`;
    case 'discriminator':
      return `an object whose kind is one of ${JSON.stringify(kindsOf(schema))}`;
    case 'pattern': {
      const words = property(schema, 'x-allowed');
      return typeof words === 'string' ? words : `text like ${String(parameters['pattern'])}`;
    }
    case 'minimum':
      return `at least ${String(parameters['limit'])}`;
    case 'maximum':
      return `at most ${String(parameters['limit'])}`;
    case 'minItems':
      return `a list of at least ${String(parameters['limit'])}`;
    case 'maxItems':
      return `a list of at most ${String(parameters['limit'])}`;
    case 'uniqueItems':
      return 'a list without repetitions';
    case 'type':
      return `of type ${String(parameters['type'])}`;
    default:
      return error.message ?? error.keyword;
  }
}

function kindsOf(schema: unknown): readonly unknown[] {
  const forms = property(schema, 'oneOf');
  return Array.isArray(forms)
    ? forms.map((form) => property(property(property(form, 'properties'), 'kind'), 'const'))
    : [];
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const shownCharacters = 100;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
