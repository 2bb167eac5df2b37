import { type ErrorCode, entryOf, isErrorCode } from '../errors/catalogue';
import { commonErrors } from '../openapi/errors-of';
import { type DescribedSchema, type Field, fieldList, fieldsOf, typeOf } from './fields';
import { code, escaped, prose } from './html';

interface Media {
  readonly schema?: DescribedSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

interface Answer {
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

/** What the page reads of an operation. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: DescribedSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: DescribedOperation;
}

const problemMedia = 'application/problem+json';

/** One operation: what it takes and answers is open, its errors are folded. */
export function operationSection({ method, path, operation }: PlacedOperation): string {
  const { operationId, summary, description = '', requestBody, responses } = operation;
  const answers = Object.entries(responses);
  const parts = [
    `<h3 id="${escaped(operationId)}">${escaped(summary)}</h3>`,
    `<p class="call"><span class="method">${escaped(method)}</span> ${code(path)}</p>`,
    `<p>${prose(description)}</p>`,
    `<p class="key">${keyInWords(operation)}</p>`,
    parameters(operation),
    body(requestBody?.content ?? {}),
    ...answers.filter(([, answer]) => !isProblem(answer)).map(([status, answer]) => success(status, answer)),
    errors(answers.filter(([, answer]) => isProblem(answer))),
  ];
  return `<article aria-labelledby="${escaped(operationId)}">${parts.join('\n')}</article>`;
}

const isProblem = ({ content = {} }: Answer): boolean => problemMedia in content;

const keyNames: Readonly<Record<string, string>> = {
  secretKey: "a merchant's secret key",
  operatorKey: "the operator's key",
};

function keyInWords({ security = [] }: DescribedOperation): string {
  const keys = security.flatMap((scheme) => Object.keys(scheme)).map((name) => keyNames[name] ?? name);
  return keys.length === 0 ? 'Needs no key.' : `Needs ${escaped(keys.join(' or '))}.`;
}

const places = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['header', 'Headers'],
] as const;

const parameters = ({ parameters: all = [] }: DescribedOperation): string =>
  places
    .map(([place, heading]) => {
      const fields = all
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema, required = false, description }): Field => ({
          name,
          schema,
          isRequired: required,
          description,
        }));
      return fields.length === 0 ? '' : `<h4>${heading}</h4>${fieldList(fields)}`;
    })
    .join('');

const body = (content: Readonly<Record<string, Media>>): string =>
  Object.entries(content)
    .map(([type, { schema = {}, example }]) => {
      const fields = fieldsOf(schema);
      return `<h4>Body <span class="type">${escaped(type)}</span></h4>${fields.length === 0 ? `<p>${typeOf(schema)}</p>` : fieldList(fields)}${shown('Example', example)}`;
    })
    .join('');

function success(status: string, { description = '', content = {} }: Answer): string {
  const media = Object.entries(content).map(([type, { schema = {}, examples = {} }]) => {
    const fields = fieldsOf(schema);
    const words = `<p>${typeOf(schema)} <span class="type">${escaped(type)}</span></p>`;
    const example = Object.values(examples)[0]?.value;
    return `${words}${fields.length === 0 ? '' : fieldList(fields)}${shown('Example', example)}`;
  });
  return `<h4>Answer ${escaped(status)}</h4><p>${prose(description)}</p>${media.join('')}`;
}

const shown = (heading: string, example: unknown): string =>
  example === undefined
    ? ''
    : `<details><summary>${heading}</summary><pre tabindex="0"><code>${escaped(JSON.stringify(example, null, 2))}</code></pre></details>`;

/** The codes of each status, without those of every operation. */
function errors(answers: readonly (readonly [string, Answer])[]): string {
  const own = answers
    .map(([status, { content }]) => ({
      status,
      codes: Object.keys(content?.[problemMedia]?.examples ?? {})
        .filter(isErrorCode)
        .filter((name) => !commonErrors.includes(name)),
    }))
    .filter(({ codes }) => codes.length > 0);
  if (own.length === 0) return '';
  return (
    `<details><summary>Errors: ${escaped(own.map(({ status }) => status).join(', '))}</summary>` +
    `<p>And <a href="#common-errors">those of every operation</a>.</p>${own
      .map(({ status, codes }) => `<h5>${escaped(status)}</h5>${errorList(codes)}`)
      .join('')}</details>`
  );
}

/** Codes with their meanings; each leads to the page that explains it. */
export const errorList = (codes: readonly ErrorCode[]): string =>
  `<ul>${codes
    .map(
      (name) => `<li><a href="/errors/${name}"><code>${name}</code></a> ${prose(entryOf(name).meaning)}</li>`,
    )
    .join('')}</ul>`;
