import { hash } from 'node:crypto';
import { asciiUpper } from '../../core/kernel';
import { commonErrors } from '../openapi/errors-of';
import { type DescribedSchema, fieldList, fieldsOf } from './fields';
import { escaped, prose } from './html';
import {
  type DescribedOperation,
  type PlacedOperation,
  errorList,
  operationSection,
} from './operation-section';
import { style } from './style';

/** What the page reads of the OpenAPI document. */
export interface DescribedApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, DescribedSchema>> };
}

/** The page runs nothing and asks nobody; its one style is allowed by its hash. */
export const referencePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Writes the readable reference of the API: every operation by its tag, then the objects that they share. */
export function referencePage(api: DescribedApi): string {
  const { info, components } = api;
  const groups = groupsOf(api);
  const objects = Object.entries(components.schemas);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} API reference</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#reference">Skip to the operations</a>
<header>
<h1>${escaped(info.title)} API reference</h1>
<p>Version ${escaped(info.version)}. ${prose(info.description ?? '')}</p>
<p>For programs: <a href="/openapi.json">openapi.json</a></p>
</header>
<nav aria-label="Contents">
${groups.map(({ tag, operations }) => contents(tag.name, operations)).join('\n')}
<h2><a href="#common-errors">Errors of every operation</a></h2>
<h2><a href="#objects">Objects</a></h2>
<ul>${objects.map(([name]) => `<li><a href="#object-${escaped(name)}">${escaped(name)}</a></li>`).join('')}</ul>
</nav>
<main id="reference" tabindex="-1">
${groups.map(groupSection).join('\n')}
<section aria-labelledby="common-errors">
<h2 id="common-errors">Errors of every operation</h2>
<p>Every error is a <a href="#object-Problem">Problem</a>. Its code leads to what it means and what to do.</p>
${errorList(commonErrors)}
</section>
<section aria-labelledby="objects">
<h2 id="objects">Objects</h2>
${objects.map(objectSection).join('\n')}
</section>
</main>
</body>
</html>
`;
}

interface Group {
  readonly tag: DescribedApi['tags'][number];
  readonly operations: readonly PlacedOperation[];
}

function groupsOf({ tags, paths }: DescribedApi): readonly Group[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: asciiUpper(method), operation })),
  );
  return tags.map((tag) => ({
    tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name) === true),
  }));
}

const idOf = (tag: string): string => `tag-${tag.replaceAll(/\W+/g, '-')}`;

const contents = (tag: string, operations: readonly PlacedOperation[]): string =>
  `<h2><a href="#${idOf(tag)}">${escaped(tag)}</a></h2><ul>${operations
    .map(
      ({ operation: { operationId, summary } }) =>
        `<li><a href="#${escaped(operationId)}">${escaped(summary)}</a></li>`,
    )
    .join('')}</ul>`;

const groupSection = ({ tag, operations }: Group): string =>
  `<section aria-labelledby="${idOf(tag.name)}"><h2 id="${idOf(tag.name)}">${escaped(tag.name)}</h2><p>${prose(tag.description ?? '')}</p>
${operations.map(operationSection).join('\n')}</section>`;

const objectSection = ([name, schema]: readonly [string, DescribedSchema]): string =>
  `<article aria-labelledby="object-${escaped(name)}"><h3 id="object-${escaped(name)}">${escaped(name)}</h3><p>${prose(schema.description ?? '')}</p>${fieldList(fieldsOf(schema))}</article>`;
