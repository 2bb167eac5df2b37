/** An integer as this API writes it: no sign but a minus, no leading zero, no fraction, no exponent, no other base. */
const plainInteger = /^(?:0|-?[1-9]\d*)$/;

type ReadWord = (value: unknown) => unknown;

/**
 * What a query string says, in the types that its schema names: plain digits as a number, one word, or words with numbers in
 * brackets, as a list.
 * Anything else stays the text that was received, and the schema says what is wrong with it.
 * @returns reads queries; the schema is looked at once, because every charge passes here
 */
export function createQueryReader(schema: unknown): ReadWord {
  if (!isRecord(schema)) return (value) => value;
  const types = [schema['type']].flat();
  const readText = textReader(types);
  const readFields = types.includes('object')
    ? fieldsReader(schema['properties'])
    : types.includes('array')
      ? listOf
      : null;
  return (value) => {
    if (typeof value === 'string') return readText(value);
    return readFields !== null && isRecord(value) ? readFields(value) : value;
  };
}

function textReader(types: readonly unknown[]): (text: string) => unknown {
  const isInteger = types.includes('integer');
  const isList = types.includes('array');
  return (text) => {
    if (isInteger && plainInteger.test(text)) return Number(text);
    return isList ? [text] : text;
  };
}

/** `status[0]=failed&status[1]=succeeded`: the words of these fields; fields with other names are no list. */
const listOf = (fields: Fields): unknown =>
  Object.keys(fields).every((name) => /^\d+$/.test(name)) ? Object.values(fields).flat() : fields;

function fieldsReader(properties: unknown): (fields: Fields) => Fields {
  const readers = new Map(
    Object.entries(isRecord(properties) ? properties : {}).map(([name, schema]) => [
      name,
      createQueryReader(schema),
    ]),
  );
  return (fields) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, part]) => [name, readers.get(name)?.(part) ?? part]),
    );
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
