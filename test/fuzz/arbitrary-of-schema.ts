import fc from 'fast-check';
import type { JsonSchema } from './api-document';

const largestText = 1_000;
const largestInteger = 1_000_000;
const mostItems = 10;
/** Keywords that describe and do not restrict. */
const describing = ['description', 'examples', 'default', 'writeOnly', 'x-expected', 'title'];
const restricting = [
  'type',
  'enum',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'dependentRequired',
  'maxProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'format',
];
const known = new Set([...describing, ...restricting]);

/** Values that a schema allows. Where it gives examples, most are those: a random token opens no payment. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  for (const keyword of Object.keys(schema))
    if (!known.has(keyword)) throw new Error(`The fuzzer cannot make values for the keyword ${keyword}.`);
  const types = [schema.type ?? []].flat();
  if (types.includes('null')) {
    const type = types.filter((name) => name !== 'null');
    const words = schema.enum === undefined ? {} : { enum: schema.enum.filter((word) => word !== null) };
    return fc.option(arbitraryOf({ ...schema, ...words, type }), { nil: null });
  }
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (types.length > 1) return fc.oneof(...types.map((type) => arbitraryOf({ ...schema, type })));
  const [type] = types;
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integers(schema);
    case 'string':
      return texts(schema);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? { type: 'string' }), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? mostItems, mostItems),
      });
    case 'object':
      return objects(schema);
    default:
      throw new Error(`The fuzzer cannot make values of the type ${String(type)}.`);
  }
}

/** Small ones more often: many parts of one charge fit into it. */
const integers = ({ minimum = -largestInteger, maximum = largestInteger }: JsonSchema) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: minimum, max: Math.min(maximum, minimum + 5_000) }) },
    {
      weight: 1,
      arbitrary: fc.maxSafeInteger().map((n) => minimum + (Math.abs(n) % (maximum - minimum + 1))),
    },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
  );

function texts(schema: JsonSchema): fc.Arbitrary<string> {
  const { examples = [], minLength = 0, maxLength = largestText, pattern } = schema;
  const made = schema.format === undefined ? freeTexts(minLength, maxLength) : formatted(schema.format);
  const matching = pattern === undefined ? made : patterned(pattern);
  if (examples.length === 0) return matching;
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...examples.map(String)) },
    { weight: 1, arbitrary: matching },
  );
}

/** What the API never stores (see forbidden_character) or takes for a card number is hostile, not valid. */
const forbidden =
  /[\u0000\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}|\d[ -]?(?:\d[ -]?){11}\d/u;

function freeTexts(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const shortest = minLength;
  const longest = Math.min(maxLength, 60);
  const fits = (text: string) => {
    const length = Array.from(text).length;
    return length >= minLength && length <= maxLength && !forbidden.test(text) && text !== '__proto__';
  };
  const some = fc.string({ minLength: shortest, maxLength: longest, unit: 'grapheme' }).filter(fits);
  const atBounds = fc.constantFrom('x'.repeat(shortest), 'ü'.repeat(maxLength));
  return fc.oneof({ weight: 6, arbitrary: some }, { weight: 1, arbitrary: atBounds });
}

function formatted(format: string): fc.Arbitrary<string> {
  if (format === 'iso-4217') return fc.constantFrom('EUR', 'usd', 'JPY', 'kwd', 'GBP', 'Chf');
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  throw new Error(`The fuzzer cannot make texts of the format ${format}.`);
}

/** Lookaheads cannot be generated; what matches the rest is filtered by the whole. */
function patterned(pattern: string): fc.Arbitrary<string> {
  const whole = new RegExp(pattern, 'u');
  const body = new RegExp(pattern.replace(/\(\?=[^)]*\)/g, ''), 'u');
  return fc
    .stringMatching(body, { maxLength: 60 })
    .filter((text) => whole.test(text) && !forbidden.test(text));
}

/** Times that must lie ahead of the request, which no schema can say. */
const ahead: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  expires_at: fc
    .integer({ min: 1, max: 23 })
    .map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString()),
};

function objects(schema: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const { properties = {}, required = [], dependentRequired = {} } = schema;
  const additional = schema.additionalProperties;
  if (typeof additional === 'object') {
    const { minLength = 1, maxLength = 40 } = schema.propertyNames ?? {};
    // Names that mean the same in a body and in the brackets of a query string.
    const names = fc.stringMatching(/^[a-z][a-z0-9_.-]*$/, { maxLength: Math.min(maxLength, 12) });
    return fc.dictionary(
      names.filter((name) => name.length >= minLength && name.length <= maxLength),
      arbitraryOf(additional),
      { maxKeys: Math.min(schema.maxProperties ?? 5, 5), noNullPrototype: true },
    );
  }
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, ahead[name] ?? arbitraryOf(member)]),
  );
  return fc
    .record(members, { requiredKeys: [...required], noNullPrototype: true })
    .map((made) => withoutDangling(made, dependentRequired));
}

/** Leaves out a member whose companion is not there. */
function withoutDangling(
  made: Record<string, unknown>,
  dependentRequired: Readonly<Record<string, readonly string[]>>,
): Record<string, unknown> {
  const isComplete = ([name]: [string, unknown]) =>
    (dependentRequired[name] ?? []).every((companion) => companion in made);
  return Object.fromEntries(Object.entries(made).filter(isComplete));
}
