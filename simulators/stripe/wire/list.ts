import { render } from '../resources/render';
import type { Call, Reply } from '../server/call';
import type { Collection } from '../store/collection';
import { snapshotOf, type Kind, type Kinds } from '../store/kinds';
import { isDeleted, type Stored } from '../store/stored';
import { invalidRequest } from './api-error';
import type { Parameters } from './parameters';

const limits = { least: 1, most: 100, usual: 10 };

export interface ListOf<K extends Kind> {
  readonly kind: K;
  readonly url: string;
  /** Parameters that select the states whose field of the same name is equal. */
  readonly equal?: readonly (string & keyof Kinds[K])[];
  readonly matches?: (state: Kinds[K]) => boolean;
  /** Narrows the search to the states found under this key of the collection's index. */
  readonly reference?: string;
}

/** Answers a list of one kind: filtered, newest first, one page. */
export function listOf<K extends Kind>({ unit, parameters }: Call, options: ListOf<K>): Reply {
  const { kind, url, equal = [], matches } = options;
  const wanted = equal.flatMap((field) => {
    const value = parameters.text(field);
    return value === undefined ? [] : [{ field, value }];
  });
  const created = createdFilter(parameters);
  const isMatch = (state: Kinds[K]): boolean =>
    !isDeleted(state) &&
    created(state.created) &&
    wanted.every(({ field, value }) => state[field] === value) &&
    (matches?.(state) ?? true);
  const collection: Collection<Kinds[K]> = unit.account.collections[kind];
  const reference = options.reference ?? wanted.find(({ field }) => indexed.has(field))?.value;
  const page = pageOf({ collection, parameters, isMatch, reference });
  return {
    value: {
      object: 'list',
      data: page.states.map((state) => render(snapshotOf(kind, state))),
      has_more: page.hasMore,
      url,
    },
  };
}

/** The fields that hold other objects' ids, by which collections index their states. */
const indexed: ReadonlySet<string> = new Set([
  'charge',
  'customer',
  'email',
  'payment_intent',
  'payment_method',
  'source',
]);

interface PageQuery<T extends Stored> {
  readonly collection: Collection<T>;
  readonly parameters: Parameters;
  readonly isMatch: (state: T) => boolean;
  readonly reference?: string | undefined;
}

export interface Page<T> {
  readonly states: readonly T[];
  readonly hasMore: boolean;
}

/** One page in Stripe's order: newest first, from behind or before a cursor. */
export function pageOf<T extends Stored>({
  collection,
  parameters,
  isMatch,
  reference,
}: PageQuery<T>): Page<T> {
  const limit = limitOf(parameters);
  const after = cursor(collection, parameters, 'starting_after');
  const before = cursor(collection, parameters, 'ending_before');
  if (after !== undefined && before !== undefined) {
    throw invalidRequest('You cannot specify both starting_after and ending_before.', {
      param: 'starting_after',
    });
  }
  const isBackwards = before !== undefined;
  const found: T[] = [];
  for (const state of walk({ collection, from: before ?? after, isBackwards, reference })) {
    if (!isMatch(state)) continue;
    found.push(state);
    if (found.length > limit) break;
  }
  const states = found.slice(0, limit);
  return { states: isBackwards ? states.reverse() : states, hasMore: found.length > limit };
}

interface Walk<T extends Stored> {
  readonly collection: Collection<T>;
  readonly from: number | undefined;
  /** From older to newer, as `ending_before` asks. */
  readonly isBackwards: boolean;
  readonly reference: string | undefined;
}

function* walk<T extends Stored>({ collection, from, isBackwards, reference }: Walk<T>): Generator<T> {
  if (reference !== undefined) {
    const found = collection.referring(reference);
    for (const state of isBackwards ? found : [...found].reverse()) {
      const index = collection.indexOf(state.id) ?? 0;
      if (from === undefined || (isBackwards ? index > from : index < from)) yield state;
    }
    return;
  }
  const step = isBackwards ? 1 : -1;
  const start = from === undefined ? collection.size - 1 : from + step;
  for (let index = start; index >= 0 && index < collection.size; index += step) {
    const state = collection.at(index);
    if (state !== undefined) yield state;
  }
}

function limitOf(parameters: Parameters): number {
  const limit = parameters.integer('limit') ?? limits.usual;
  if (limit < limits.least || limit > limits.most) {
    throw invalidRequest(
      `Invalid integer: ${limit}; limit must be between ${limits.least} and ${limits.most}.`,
      {
        code: 'parameter_invalid_integer',
        param: 'limit',
      },
    );
  }
  return limit;
}

function cursor<T extends Stored>(
  collection: Collection<T>,
  parameters: Parameters,
  name: 'ending_before' | 'starting_after',
): number | undefined {
  const id = parameters.text(name);
  if (id === undefined || id === '') return undefined;
  const index = collection.indexOf(id);
  if (index === undefined)
    throw invalidRequest(`No such object: '${id}'`, { code: 'resource_missing', param: name });
  return index;
}

const bounds = ['gt', 'gte', 'lt', 'lte'] as const;

/** `created=1700000000`, or `created[gte]=…` and its likes. */
export function createdFilter(parameters: Parameters): (created: number) => boolean {
  if (!parameters.has('created')) return () => true;
  const range = rangeOf(parameters);
  return (created) =>
    (range.gt === undefined || created > range.gt) &&
    (range.gte === undefined || created >= range.gte) &&
    (range.lt === undefined || created < range.lt) &&
    (range.lte === undefined || created <= range.lte);
}

function rangeOf(parameters: Parameters): Partial<Record<(typeof bounds)[number], number>> {
  const group = parameters.isGroup('created') ? parameters.group('created') : undefined;
  if (group === undefined) {
    const exact = parameters.integer('created');
    return exact === undefined ? {} : { gte: exact, lte: exact };
  }
  group.allowOnly(new Set(bounds));
  const entries = bounds.flatMap((bound) => {
    const value = group.integer(bound);
    return value === undefined ? [] : [[bound, value] as const];
  });
  return Object.fromEntries(entries);
}
