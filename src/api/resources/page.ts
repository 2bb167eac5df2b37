import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { PageResult } from '../../core/ports';
import { type IdPrefix, type PageRequest, maxPageLimit, parseId } from '../../core/kernel';
import { Problem, refused } from '../errors/problem';
import { parameterProblem } from '../errors/validation-problem';
import { shownValue } from '../errors/received-value';
import { oneOf, ref } from './schema-parts';

export const defaultLimit = 10;

/** The members that every list's query has beside its filters. */
export const pageQuery = {
  limit: Type.Integer({
    minimum: 1,
    maximum: maxPageLimit,
    default: defaultLimit,
    description: 'Objects on a page.',
    examples: [defaultLimit],
  }),
  starting_after: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'An id: the page holds what is older. Excludes ending_before.',
    }),
  ),
  ending_before: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'An id: the page holds what is newer. Excludes starting_after.',
    }),
  ),
};

export interface PageWords {
  readonly limit: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
}

export interface Cursor {
  readonly kind: 'starting_after' | 'ending_before';
  readonly id: string;
}

/** @throws Problem parameter_invalid when both directions are asked for */
export function cursorIn({ starting_after, ending_before }: PageWords): Cursor | null {
  if (starting_after !== undefined && ending_before !== undefined)
    throw parameterProblem({
      param: '/ending_before',
      detail: 'excludes starting_after; received both, send one.',
    });
  if (starting_after !== undefined) return { kind: 'starting_after', id: starting_after };
  return ending_before === undefined ? null : { kind: 'ending_before', id: ending_before };
}

/** @throws Problem cursor_not_found when the cursor cannot be an id of the list */
export function pageOf<Prefix extends IdPrefix>(prefix: Prefix, words: PageWords) {
  type Id = NonNullable<ReturnType<typeof parseId<Prefix>>>;
  const cursor = cursorIn(words);
  if (cursor === null) return { limit: words.limit } satisfies PageRequest<Id>;
  const id = parseId(prefix, cursor.id);
  if (id === null) throw cursorNotFound(cursor);
  return { limit: words.limit, cursor: { kind: cursor.kind, id } } satisfies PageRequest<Id>;
}

export const cursorNotFound = ({ kind, id }: Cursor): Problem =>
  new Problem({
    code: 'cursor_not_found',
    param: `/${kind}`,
    detail: `${kind}: the list has no ${shownValue(id)}.`,
  });

/** A page of a list. No totals: counting costs more than the page. */
export const listOf = <Item extends TSchema>(
  item: Item,
  url: string,
  example: Static<Item>,
  description = 'Newest first.',
) =>
  Type.Object(
    {
      object: oneOf(['list']),
      url: Type.String(),
      has_more: Type.Boolean({ description: 'Whether more lies beyond, in the direction of the walk.' }),
      data: Type.Array(item.$id === undefined ? item : ref(item)),
    },
    { description, examples: [{ object: 'list', url, has_more: false, data: [example] }] },
  );

export const listObject = <Item>(url: string, hasMore: boolean, data: Item[]) => ({
  object: 'list' as const,
  url,
  has_more: hasMore,
  data,
});

/** A page of PaymentDB as a list. @throws Problem cursor_not_found */
export function pageShown<Row, Item>(url: string, page: PageResult<Row>, shown: (row: Row) => Item) {
  if (!page.ok) throw refused(page.refusal);
  return listObject(url, page.value.hasMore, page.value.rows.map(shown));
}

/**
 * The part of a list that is in memory as a whole.
 * @throws Problem cursor_not_found when the list has no item with the cursor's id
 */
export function pageWithin<Item extends { readonly id: string }>(
  url: string,
  items: readonly Item[],
  words: PageWords,
) {
  const cursor = cursorIn(words);
  const at = cursor === null ? -1 : items.findIndex(({ id }) => id === cursor.id);
  if (cursor !== null && at < 0) throw cursorNotFound(cursor);
  if (cursor?.kind === 'ending_before') {
    const from = Math.max(0, at - words.limit);
    return listObject(url, from > 0, items.slice(from, at));
  }
  const to = at + 1 + words.limit;
  return listObject(url, to < items.length, items.slice(at + 1, to));
}
