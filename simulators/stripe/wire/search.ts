import { render } from '../resources/render';
import type { Call, Reply } from '../server/call';
import type { Collection } from '../store/collection';
import { snapshotOf, type Kinds } from '../store/kinds';
import { isDeleted, metadataKey, type Stored } from '../store/stored';
import { invalidRequest } from './api-error';
import { parseSearchQuery, type Clause, type SearchQuery } from './search-query';

type SearchableKind = 'charge' | 'customer' | 'payment_intent';

export interface SearchOf<K extends SearchableKind> {
  readonly kind: K;
  readonly url: string;
  /** The fields besides `metadata` and `created` that Stripe lets one search by. */
  readonly fields: readonly (string & keyof Kinds[K])[];
}

const limits = { most: 100, usual: 10 };

/**
 * Answers a search, newest first. Unlike Stripe's, which may lag a minute behind, it sees every object at once.
 */
export function searchOf<K extends SearchableKind>(
  { unit, parameters }: Call,
  { kind, url, fields }: SearchOf<K>,
): Reply {
  const query = parseSearchQuery(parameters.requiredText('query'));
  const unknown = query.clauses.find(
    ({ field }) => field !== 'metadata' && field !== 'created' && !fields.some((one) => one === field),
  );
  if (unknown !== undefined) {
    throw invalidRequest(
      `Field \`${unknown.field}\` is an unsupported search field for resource \`${kind}s\`. Supported: ${['created', 'metadata', ...fields].join(', ')}.`,
      { param: 'query' },
    );
  }
  const limit = Math.min(Math.max(parameters.integer('limit') ?? limits.usual, 1), limits.most);
  const skip = pageStart(parameters.text('page'));
  const collection: Collection<Kinds[K]> = unit.account.collections[kind];
  const found: Kinds[K][] = [];
  for (const state of candidates(collection, query)) {
    if (isDeleted(state) || !matchesQuery(state, query)) continue;
    found.push(state);
    if (found.length > skip + limit) break;
  }
  const hasMore = found.length > skip + limit;
  const page = found.slice(skip, skip + limit);
  return {
    value: {
      object: 'search_result',
      data: page.map((state) => render(snapshotOf(kind, state))),
      has_more: hasMore,
      next_page: hasMore ? Buffer.from(String(skip + limit)).toString('base64url') : null,
      url,
    },
  };
}

function pageStart(page: string | undefined): number {
  if (page === undefined || page === '') return 0;
  const start = Number(Buffer.from(page, 'base64url').toString());
  if (Number.isSafeInteger(start) && start > 0) return start;
  throw invalidRequest(`Invalid page: ${page}`, { param: 'page' });
}

/** An exact metadata clause, which every match must satisfy, is looked up; anything else walks the collection. */
function* candidates<T extends Stored>(
  collection: Collection<T>,
  { clauses, joinedBy }: SearchQuery,
): Generator<T> {
  const exact = clauses.find(
    ({ field, operator, isNegated }) => field === 'metadata' && operator === ':' && !isNegated,
  );
  if (joinedBy === 'AND' && exact?.key !== undefined && exact.value !== null) {
    yield* [...collection.referring(metadataKey(exact.key, exact.value))].reverse();
    return;
  }
  for (let index = collection.size - 1; index >= 0; index -= 1) {
    const state = collection.at(index);
    if (state !== undefined) yield state;
  }
}

function matchesQuery(state: object, { clauses, joinedBy }: SearchQuery): boolean {
  const matches = (clause: Clause): boolean => matchesClause(state, clause) !== clause.isNegated;
  return joinedBy === 'AND' ? clauses.every(matches) : clauses.some(matches);
}

function matchesClause(state: object, { field, key, operator, value }: Clause): boolean {
  const actual = valueAt(state, field, key);
  if (actual === null || value === null) return actual === value;
  switch (operator) {
    // Stripe compares texts without regard to case.
    case ':':
      return actual.toLowerCase() === value.toLowerCase();
    case '~':
      return actual.toLowerCase().includes(value.toLowerCase());
    case '>':
      return Number(actual) > Number(value);
    case '>=':
      return Number(actual) >= Number(value);
    case '<':
      return Number(actual) < Number(value);
    case '<=':
      return Number(actual) <= Number(value);
  }
}

/** The field as text, or null where it is unset. */
function valueAt(state: object, field: string, key: string | undefined): string | null {
  const value: unknown = Reflect.get(state, field);
  const isHolder =
    key !== undefined && typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  const found: unknown = key === undefined ? value : isHolder ? Reflect.get(value, key) : null;
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : null;
}
