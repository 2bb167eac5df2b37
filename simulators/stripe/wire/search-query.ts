import { invalidRequest } from './api-error';

/** One condition of Stripe's search language, such as `metadata['charge_id']:'ch_1'` or `-status:'canceled'`. */
export interface Clause {
  readonly field: string;
  /** The key, for `metadata['key']`. */
  readonly key: string | undefined;
  readonly operator: ':' | '<' | '<=' | '>' | '>=' | '~';
  readonly value: string | null;
  readonly isNegated: boolean;
}

export interface SearchQuery {
  readonly clauses: readonly Clause[];
  readonly joinedBy: 'AND' | 'OR';
}

/** @source docs.stripe.com/search#search-query-language: at most ten clauses, AND and OR never mixed. */
const clauseLimit = 10;

const clausePattern =
  /^(-)?([a-z_]+(?:\.[a-z_0-9]+)*)(?:\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\])?(:|~|>=|<=|>|<)(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(null|-?\d+))/i;

/** @throws ApiError 400 for what is not in the language, naming where. */
export function parseSearchQuery(text: string): SearchQuery {
  const clauses: Clause[] = [];
  const joints = new Set<'AND' | 'OR'>();
  let rest = text.trim();
  while (clauses.length < clauseLimit) {
    const match = clausePattern.exec(rest);
    if (match === null) throw unreadable(text, rest);
    clauses.push(clauseOf(match));
    rest = rest.slice(match[0].length).trimStart();
    if (rest === '') return { clauses, joinedBy: joints.has('OR') ? 'OR' : 'AND' };
    const joint = /^(AND|OR)\s+/i.exec(rest);
    // A space between two clauses means AND.
    joints.add(joint?.[1]?.toUpperCase() === 'OR' ? 'OR' : 'AND');
    if (joints.size > 1)
      throw invalidRequest('You cannot use AND and OR in the same search query.', { param: 'query' });
    rest = rest.slice(joint?.[0].length ?? 0);
  }
  throw invalidRequest(`A search query can have at most ${clauseLimit} clauses.`, { param: 'query' });
}

function clauseOf(match: RegExpExecArray): Clause {
  const [, negation, field = '', singleKey, doubleKey, operator = ':', single, double, bare] = match;
  const key = singleKey ?? doubleKey;
  const quoted = single ?? double;
  return {
    field,
    key: key === undefined ? undefined : unescape(key),
    operator: operators.find((candidate) => candidate === operator) ?? ':',
    value: quoted === undefined ? (bare === 'null' ? null : (bare ?? '')) : unescape(quoted),
    isNegated: negation !== undefined,
  };
}

const operators = [':', '~', '>', '>=', '<', '<='] as const;

const unescape = (quoted: string): string => quoted.replaceAll(/\\(.)/g, '$1');

const unreadable = (text: string, rest: string) =>
  invalidRequest(
    `We were unable to parse your search query \`${text}\` at \`${rest.slice(0, 20)}\`. Try using the format \`metadata["key"]:"value"\` to query for metadata or key:"value" to query for other fields.`,
    { param: 'query' },
  );
