import { type Static, type TSchema, Type } from '@sinclair/typebox';

/** A field that is always there and may be empty. One `type` list, which validators explain better than a union. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const words: unknown = schema['enum'];
  const allowed = Array.isArray(words) ? { enum: [...(words as unknown[]), null] } : {};
  return Type.Unsafe<Static<Schema> | null>({ ...schema, ...allowed, type: [schema['type'], 'null'] });
}

/** Refers to a shared schema by its `$id`, so that the document names it once. */
export const ref = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id ?? ''}#` });

/** One of a few words. A plain `enum`, which the document shows better than a union of constants. */
export const oneOf = <const Words extends readonly string[]>(
  words: Words,
  options: { readonly description?: string; readonly default?: Words[number] } = {},
) => Type.Unsafe<Words[number]>({ type: 'string', enum: words, ...options });

export const Timestamp = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC, milliseconds.',
  examples: ['2026-11-21T09:30:00.000Z'],
});

/** A time in a request: any offset will do, none will not. */
export const TimeAsked = Type.String({
  format: 'date-time',
  'x-expected': 'a time of RFC 3339 with its offset, for example 2026-11-21T09:30:00Z',
  description: 'RFC 3339, with any offset.',
  examples: ['2026-11-21T09:30:00.000Z'],
});
