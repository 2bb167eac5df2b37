import { stageConfigurationSchema } from './stage-configuration';

/** What the page reads of a JSON schema. */
interface DescribedSchema {
  readonly type?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, DescribedSchema>>;
  readonly oneOf?: readonly DescribedSchema[];
  readonly items?: DescribedSchema;
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly 'x-allowed'?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface SettingRow {
  readonly setting: string;
  readonly value: string;
  readonly meaning: string;
}

const head = `# Configuration of a stage

Every setting of \`lib/config/stages/<stage>.ts\`. Nothing has a default, and a setting that is not listed is refused. Where a group has a
\`kind\`, the settings below it that name a kind belong to that kind alone. What settings must be together, and what production
asks beyond this, is said when it does not hold, by \`npx cdk synth\`: [configure a stage](../how-to/configure-a-stage.md).

This page is generated: \`npm run docs\` writes it from \`lib/config/stage-configuration.ts\`.
`;

/** The text of docs/reference/stage-configuration.md. */
export function stageConfigurationPage(): string {
  const root: DescribedSchema = stageConfigurationSchema;
  const settings = Object.entries(root.properties ?? {});
  const isGroup = ({ properties, oneOf }: DescribedSchema) => properties !== undefined || oneOf !== undefined;
  const single = settings.filter(([, schema]) => !isGroup(schema));
  const groups = settings.filter(([, schema]) => isGroup(schema));
  return [
    head,
    section(
      'The stage itself',
      single.flatMap(([name, schema]) => rowsOf(name, schema)),
    ),
    ...groups.map(([name, schema]) => section(`\`${name}\``, rowsOf(name, schema))),
  ].join('\n');
}

function section(title: string, rows: readonly SettingRow[]): string {
  const lines = rows.map(({ setting, value, meaning }) => `| \`${setting}\` | ${value} | ${meaning} |\n`);
  return `## ${title}\n\n| setting | value | meaning |\n|---|---|---|\n${lines.join('')}`;
}

/** A setting with everything in it, in the order of the schema. */
function rowsOf(setting: string, schema: DescribedSchema): readonly SettingRow[] {
  const { properties, oneOf, nullable = false } = schema;
  if (oneOf !== undefined) return rowsOfKinds(setting, schema.description ?? '', oneOf);
  if (properties === undefined) return [{ setting, value: valueOf(schema), meaning: meaningOf(schema) }];
  const inner = Object.entries(properties).flatMap(([name, child]) => rowsOf(`${setting}.${name}`, child));
  return nullable
    ? [{ setting, value: 'the settings below, or null', meaning: meaningOf(schema) }, ...inner]
    : inner;
}

function rowsOfKinds(
  setting: string,
  purpose: string,
  forms: readonly DescribedSchema[],
): readonly SettingRow[] {
  const kindOf = (form: DescribedSchema) => form.properties?.['kind']?.const ?? '';
  const kinds = forms.map((form) => `\`${kindOf(form)}\`: ${meaningOf(form)}`);
  const ofKinds = forms.flatMap((form) =>
    Object.entries(form.properties ?? {})
      .filter(([name]) => name !== 'kind')
      .flatMap(([name, child]) => rowsOf(`${setting}.${name}`, child))
      .map((row) => ({ ...row, meaning: `With \`${kindOf(form)}\`: ${row.meaning}` })),
  );
  const value = forms.map((form) => `\`${kindOf(form)}\``).join(', ');
  return [{ setting: `${setting}.kind`, value, meaning: [purpose, ...kinds].join(' ') }, ...ofKinds];
}

/** Of a list, what its items mean where the list itself says nothing. */
const meaningOf = ({ description, items }: DescribedSchema): string =>
  description ?? items?.description ?? '';

function valueOf(schema: DescribedSchema): string {
  const value = allowedIn(schema);
  return schema.nullable === true ? `${value}, or null` : value;
}

function allowedIn(schema: DescribedSchema): string {
  const { type, items, enum: options, minimum, maximum, multipleOf, minItems, maxItems } = schema;
  if (options !== undefined) return options.map((option) => `\`${String(option)}\``).join(', ');
  switch (type) {
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
      return `${inWords(minimum)} to ${inWords(maximum)}`;
    case 'number':
      return `${inWords(minimum)} to ${inWords(maximum)}, in steps of ${inWords(multipleOf)}`;
    case 'array':
      return `list of ${inWords(minItems)} to ${inWords(maxItems)}${items?.['x-allowed'] === undefined ? '' : `, each ${items['x-allowed']}`}`;
    default:
      return schema['x-allowed'] ?? 'text';
  }
}

const inWords = (bound: number | undefined): string => bound?.toLocaleString('en') ?? 'any';
