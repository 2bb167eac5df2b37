/** An integer as this API writes it: no sign but a minus, no leading zero, no fraction, no exponent, no other base. */
const plainInteger = /^(?:0|-?[1-9]\d*)$/;

/**
 * What a query string says, in the types that its schema names: plain digits as a number, one word as a list of one.
 * Anything else stays the text that was received, and the schema says what is wrong with it.
 */
export function typedQuery(schema: unknown, value: unknown): unknown {
  const { types, properties } = partsOf(schema);
  if (typeof value === 'string') {
    if (types.includes('integer') && plainInteger.test(value)) return Number(value);
    return types.includes('array') ? [value] : value;
  }
  if (!types.includes('object') || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      Object.hasOwn(properties, name) ? typedQuery(properties[name], part) : part,
    ]),
  );
}

function partsOf(schema: unknown) {
  if (!isRecord(schema)) return { types: [], properties: {} };
  return {
    types: [schema['type']].flat(),
    properties: isRecord(schema['properties']) ? schema['properties'] : {},
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
