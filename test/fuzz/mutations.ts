import fc from 'fast-check';
import { bodyMutations } from './body-mutations';
import { type CredentialChoice, type Draft, textPart } from './draft';
import { headerMutations } from './header-mutations';
import { hostileQueries, hostileQueryValues, hostileSegments } from './hostile-values';
import { type Mutation, mutatedBy } from './mutation';
import { wireMutations } from './wire-mutations';

const isGuarded = ({ operation }: Draft) => operation.callers.length > 0;
const always = () => true;

const wrongCredential: Mutation = {
  name: 'wrong credential',
  appliesTo: isGuarded,
  apply: fc
    .constantFrom<CredentialChoice>(
      ...([
        'missing',
        'unknown',
        'mutilated',
        'publishable',
        'revoked',
        'other_role',
        'other_scheme',
        'endless',
      ] as const),
    )
    .map(
      (credential) => (draft: Draft) =>
        mutatedBy(`credential ${credential}`, draft, {
          credential,
          // Both kinds of key open a route for two kinds of callers.
          mustBeRefused: credential !== 'other_role' || draft.operation.callers.length === 1,
        }),
    ),
};

const wrongMethod: Mutation = {
  name: 'wrong method',
  appliesTo: always,
  apply: fc
    .constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'POST', 'GET', 'PROPFIND')
    .map((method) => (draft: Draft) => mutatedBy(`method ${method}`, draft, { method })),
};

const hostileSegment: Mutation = {
  name: 'hostile segment',
  appliesTo: always,
  apply: fc.tuple(fc.nat(10), hostileSegments).map(([at, text]) => (draft: Draft) => {
    const ids = draft.segments.flatMap(({ kind }, index) => (kind === 'id' ? [index] : []));
    const place = ids[at % Math.max(1, ids.length)] ?? at % (draft.segments.length + 1);
    const segments = [...draft.segments];
    segments[place] = textPart(text);
    return mutatedBy('hostile segment', draft, { segments });
  }),
};

const otherKindOfId: Mutation = {
  name: 'id of another kind',
  appliesTo: ({ segments }) => segments.some(({ kind }) => kind === 'id'),
  apply: fc.constantFrom('ch', 're', 'mer', 'key', 'txn', 'acct', 'aud', 'cap').map(
    (prefix) => (draft: Draft) =>
      mutatedBy('id of another kind', draft, {
        segments: draft.segments.map((part) => (part.kind === 'id' ? { ...part, prefix } : part)),
      }),
  ),
};

const hostileParameter: Mutation = {
  name: 'hostile query value',
  appliesTo: ({ operation }) => operation.parameters.some((known) => known.in === 'query'),
  apply: fc
    .tuple(fc.nat(20), hostileQueryValues, fc.constantFrom('', 'gt', 'gte', 'lt', 'lte', 'k'))
    .map(([at, value, bracket]) => (draft: Draft) => {
      const known = draft.operation.parameters.filter((parameter) => parameter.in === 'query');
      const parameter = known[at % known.length];
      if (parameter === undefined) return draft;
      const isBracketed = bracket !== '';
      const name = isBracketed ? `${parameter.name}[${bracket}]` : parameter.name;
      return mutatedBy('hostile query value', draft, { query: [...draft.query, [name, textPart(value)]] });
    }),
};

const hostileQuery: Mutation = {
  name: 'hostile query',
  appliesTo: always,
  apply: hostileQueries.map((rawQuery) => (draft: Draft) => mutatedBy('hostile query', draft, { rawQuery })),
};

const unknownParameter: Mutation = {
  name: 'unknown query parameter',
  appliesTo: ({ operation }) => operation.callers.length > 0,
  apply: fc.constantFrom('offset', 'tenant', 'Limit', 'expand[]').map(
    (name) => (draft: Draft) =>
      mutatedBy('unknown query parameter', draft, {
        query: [...draft.query, [name, textPart('1')]],
        mustBeRefused: true,
      }),
  ),
};

const mutations: readonly Mutation[] = [
  wrongCredential,
  wrongMethod,
  hostileSegment,
  otherKindOfId,
  hostileParameter,
  hostileQuery,
  unknownParameter,
  ...headerMutations,
  ...bodyMutations,
  ...wireMutations,
];

export const mutationNames = mutations.map(({ name }) => name);

const mutated = (draft: Draft): fc.Arbitrary<Draft> => {
  const fitting = mutations.filter(({ appliesTo }) => appliesTo(draft));
  // What concerns bodies has most to go wrong, so it is drawn as often as it has mutations.
  return fc.constantFrom(...fitting).chain(({ apply }) => apply.map((change) => change(draft)));
};

/** A valid request, or one with a single hostile thing, or with two at once. */
export const withMutations = (valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
  fc.oneof(
    { weight: 4, arbitrary: valid },
    { weight: 5, arbitrary: valid.chain(mutated) },
    { weight: 1, arbitrary: valid.chain(mutated).chain(mutated) },
  );
