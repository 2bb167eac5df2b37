import type { ErrorObject } from 'ajv';
import { escapePointer } from './json-pointer';
import { Problem, type ProblemPart } from './problem';
import { notRepeated, shownText, shownValue } from './received-value';

const maxParts = 20;

/** The number at a JSON Pointer as the caller wrote it; null where that is unknown. */
export type AsWritten = (pointer: string) => string | null;

/** Every fault that the schema found, in words, as one problem. */
export function validationProblem(
  errors: readonly ErrorObject[],
  asWritten: AsWritten = () => null,
): Problem {
  const parts = errors
    // Of a name that is not allowed, the fault of the object says it with the name's place.
    .filter(({ propertyName }) => propertyName === undefined)
    .map((error) => ({ param: paramOf(error), detail: sentenceFor(error, asWritten) }))
    .filter(isFirstOfItsKind)
    .slice(0, maxParts);
  const [first] = parts;
  return new Problem({
    code: 'parameter_invalid',
    ...(first === undefined ? {} : { param: first.param, detail: `${first.param}: ${first.detail}` }),
    parts,
  });
}

/** Two rules that one value breaks may have the same words. */
const isFirstOfItsKind = (part: ProblemPart, at: number, parts: readonly ProblemPart[]): boolean =>
  parts.findIndex(({ param, detail }) => param === part.param && detail === part.detail) === at;

/** The same shape for a rule that no schema can say. */
export const parameterProblem = (part: ProblemPart): Problem =>
  new Problem({
    code: 'parameter_invalid',
    param: part.param,
    detail: `${part.param}: ${part.detail}`,
    parts: [part],
  });

function paramOf(error: ErrorObject): string {
  const pointer = `${error.instancePath}${memberOf(error)}`;
  return pointer === '' ? '/' : pointer;
}

/** The member that a fault is about, where the fault is reported on the object that has or lacks it. */
function memberOf({ keyword, params }: ErrorObject): string {
  const names: Readonly<Record<string, unknown>> = params;
  const member =
    keyword === 'required'
      ? names['missingProperty']
      : keyword === 'additionalProperties'
        ? names['additionalProperty']
        : keyword === 'dependentRequired'
          ? names['missingProperty']
          : keyword === 'propertyNames'
            ? names['propertyName']
            : undefined;
  return typeof member === 'string' ? `/${escapePointer(member)}` : '';
}

function sentenceFor(error: ErrorObject, asWritten: AsWritten): string {
  const params: Readonly<Record<string, unknown>> = error.params;
  const received = `received ${receivedBy(error, asWritten)}`;
  if (isAboutText(error)) return `${received}; must be ${expectation(error)}.`;
  switch (error.keyword) {
    case 'required':
      return 'is required and missing.';
    case 'dependentRequired':
      return `is required together with ${String(params['property'])} and missing.`;
    case 'additionalProperties':
      return `is not a known field; allowed: ${knownFields(error)}.`;
    case 'enum':
      return `${received}; allowed: ${list(params['allowedValues'])}.`;
    case 'const':
      return `${received}; allowed: ${shownValue(params['allowedValue'])}.`;
    case 'type':
      return `${received}; must be ${typeName(params['type'])}.`;
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return `${received}; must be ${String(params['comparison'])} ${String(params['limit'])}.`;
    case 'minLength':
      return `${received}; must have at least ${String(params['limit'])} character${params['limit'] === 1 ? '' : 's'}.`;
    case 'maxLength':
      return `${received}; must have at most ${String(params['limit'])} characters.`;
    case 'maxProperties':
      return `has too many members; at most ${String(params['limit'])} are allowed.`;
    case 'maxItems':
      return `has too many items; at most ${String(params['limit'])} are allowed.`;
    case 'propertyNames':
      return 'is not an allowed name; names have 1 to 40 characters.';
    default:
      return `${received}; ${error.message ?? 'is not allowed'}.`;
  }
}

/** What may only be written is not quoted back. */
function receivedBy({ data, instancePath, parentSchema }: ErrorObject, asWritten: AsWritten): string {
  if (parentSchema?.['writeOnly'] === true) return notRepeated;
  const written = typeof data === 'number' ? asWritten(instancePath) : null;
  return written === null ? shownValue(data) : shownText(written);
}

/** Faults that the schema itself puts into better words than its keywords. */
const isAboutText = ({ keyword, parentSchema }: ErrorObject): boolean =>
  ['pattern', 'format'].includes(keyword) ||
  (['type', 'minLength', 'maxLength'].includes(keyword) && typeof parentSchema?.['x-expected'] === 'string');

const expectation = ({ parentSchema, params }: ErrorObject): string => {
  const description: unknown = parentSchema?.['x-expected'];
  return typeof description === 'string'
    ? description
    : `like ${String(params['pattern'] ?? params['format'])}`;
};

const knownFields = ({ parentSchema }: ErrorObject): string => {
  const properties: unknown = parentSchema?.['properties'];
  const names = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return names.length === 0 ? 'none' : names.join(', ');
};

const list = (values: unknown): string =>
  Array.isArray(values) ? values.map((value) => String(value)).join(', ') : String(values);

const typeName = (type: unknown): string => {
  const names = Array.isArray(type) ? type.map(String) : [String(type)];
  return names
    .map((name) => (/^[aeiou]/.test(name) ? `an ${name}` : name === 'null' ? name : `a ${name}`))
    .join(' or ');
};
