import { Type } from '@sinclair/typebox';

export const maxMetadataKeys = 50;
export const maxMetadataKeyCharacters = 40;
export const maxMetadataValueCharacters = 500;

/** The merchant's own notes on an object; FinCore stores them and lists by them. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: maxMetadataKeys,
  propertyNames: { minLength: 1, maxLength: maxMetadataKeyCharacters },
  additionalProperties: { type: 'string', maxLength: maxMetadataValueCharacters },
  description: `Up to ${String(maxMetadataKeys)} keys of ${String(maxMetadataKeyCharacters)} characters with values of ${String(maxMetadataValueCharacters)}.`,
  examples: [{ order: '4711' }],
});
