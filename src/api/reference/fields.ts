import { code, escaped, prose } from './html';

/** What the page reads of a schema: the keywords that the document uses. */
export interface DescribedSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, DescribedSchema>>;
  readonly required?: readonly string[];
  readonly items?: DescribedSchema;
  readonly additionalProperties?: boolean | DescribedSchema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-expected'?: string;
}

export interface Field {
  readonly name: string;
  readonly schema: DescribedSchema;
  readonly isRequired: boolean;
  readonly description?: string | undefined;
}

/** Objects within objects that are shown; deeper ones are named only. */
const maxDepth = 4;

/** Describes each field: its type, whether it is required, what it means and which values are allowed. */
export const fieldList = (fields: readonly Field[], depth = 0): string =>
  `<dl class="fields">${fields.map((field) => fieldEntry(field, depth)).join('')}</dl>`;

/** The fields of an object, or of the objects in a list. */
export function fieldsOf(schema: DescribedSchema): readonly Field[] {
  const { properties = {}, required = [] } = schema.items ?? schema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    schema: property,
    isRequired: required.includes(name),
  }));
}

function fieldEntry({ name, schema, isRequired, description }: Field, depth: number): string {
  const nested = fieldsOf(schema);
  const words = [description ?? schema.description ?? '', ...allowed(schema)].filter((text) => text !== '');
  const marks = `${typeOf(schema)}${isRequired ? ', required' : ''}`;
  return (
    `<dt>${code(name)} <span class="type">${marks}</span></dt>` +
    `<dd>${words.map((text) => `<p>${prose(text)}</p>`).join('')}` +
    `${nested.length > 0 && depth < maxDepth ? fieldList(nested, depth + 1) : ''}</dd>`
  );
}

/** A link where the type is one of the shared objects. */
export function typeOf(schema: DescribedSchema): string {
  const { $ref, type, items, format } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `<a href="#object-${escaped(name)}">${escaped(name)}</a>`;
  }
  const names = [type ?? 'any'].flat();
  return names
    .map((name) => {
      if (name === 'array') return `list of ${items === undefined ? 'any' : typeOf(items)}`;
      if (name === 'null') return 'null';
      return escaped(format === undefined ? name : `${name} (${format})`);
    })
    .join(' or ');
}

/** Which values a field takes, as sentences. */
function allowed(schema: DescribedSchema): readonly string[] {
  const { minimum, maximum, minLength, maxLength, maxItems, maxProperties } = schema;
  const values = schema.enum?.map((value) => `\`${String(value)}\``).join(', ');
  return [
    values === undefined ? '' : `One of ${values}.`,
    schema['x-expected'] === undefined ? '' : `Expected: ${schema['x-expected']}.`,
    range('From', minimum, maximum, ''),
    range('From', minLength, maxLength, ' characters'),
    maxItems === undefined ? '' : `At most ${String(maxItems)} items.`,
    maxProperties === undefined ? '' : `At most ${String(maxProperties)} keys.`,
    schema.default === undefined
      ? ''
      : `By default \`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\`.`,
  ].filter((text) => text !== '');
}

function range(from: string, least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined)
    return least === most
      ? `Exactly ${String(least)}${unit}.`
      : `${from} ${String(least)} to ${String(most)}${unit}.`;
  if (most !== undefined) return `At most ${String(most)}${unit}.`;
  return least === undefined || least === 0 ? '' : `At least ${String(least)}${unit}.`;
}
