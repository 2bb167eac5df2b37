import { type Static, type TObject, Type } from '@sinclair/typebox';
import { shownValue } from '../../errors/received-value';
import { parameterProblem } from '../../errors/validation-problem';
import {
  Metadata,
  maxMetadataKeyCharacters,
  maxMetadataKeys,
  maxMetadataValueCharacters,
} from '../../resources/metadata';
import { CurrencyCode, currencyOf } from '../../resources/money';
import { pageQuery } from '../../resources/page';
import { AmountRange, TimeRange, boundsOf } from '../../resources/ranges';
import { oneOf } from '../../resources/schema-parts';

/** The most characters of what a merchant calls the customer. */
export const maxReferenceCharacters = 255;

/**
 * Pairs of key and value, as `metadata=order:4711` for programs that generate clients, which disagree about objects in
 * queries, or as `metadata[order]=4711`, which also takes a key with a colon.
 */
const MetadataFilter = Type.Unsafe<Record<string, string> | readonly string[]>({
  ...Metadata,
  type: ['array', 'object'],
  maxItems: maxMetadataKeys,
  items: Type.String({
    pattern: '^[^:]{1,40}:',
    maxLength: maxMetadataKeyCharacters + 1 + maxMetadataValueCharacters,
    'x-expected': 'a key of metadata, a colon and the value, for example order:4711',
  }),
  'x-expected': 'order:4711, or the key in brackets: metadata[order]=4711',
  description:
    'A key, a colon and its value, for example order:4711. Repeat it for several, which must all hold.',
});

function pairsIn(filter: Record<string, string> | readonly string[]): Record<string, string> {
  if (!isList(filter)) return filter;
  const pairs = new Map<string, string>();
  for (const pair of filter) {
    const colon = pair.indexOf(':');
    const key = pair.slice(0, colon);
    if (pairs.has(key))
      throw parameterProblem({
        param: '/metadata',
        detail: `received ${shownValue(key)} twice; one value can hold at a time.`,
      });
    pairs.set(key, pair.slice(colon + 1));
  }
  return Object.fromEntries(pairs);
}

const isList = (filter: Record<string, string> | readonly string[]): filter is readonly string[] =>
  Array.isArray(filter);

/** The members that the lists of charges and of refunds have in common: the page and what both can be filtered by. */
export const paymentFilters = <Status extends string>(statuses: readonly Status[]) => ({
  ...pageQuery,
  status: Type.Optional(
    Type.Array(oneOf(statuses), { maxItems: statuses.length, description: 'Repeat it for several.' }),
  ),
  created: Type.Optional(TimeRange),
  amount: Type.Optional(AmountRange),
  currency: Type.Optional(CurrencyCode),
  customer_reference: Type.Optional(
    Type.String({ minLength: 1, maxLength: maxReferenceCharacters, description: 'Of the charge.' }),
  ),
  metadata: Type.Optional(MetadataFilter),
});

type Words<Status extends string> = Static<TObject<ReturnType<typeof paymentFilters<Status>>>>;

/** The same in the words of PaymentDB. */
export const toPaymentFilter = <Status extends string>(query: Words<Status>) => ({
  ...(query.status === undefined ? {} : { statuses: query.status }),
  ...(query.created === undefined ? {} : { createdAt: boundsOf(query.created, Date.parse) }),
  ...(query.amount === undefined ? {} : { amountMinor: boundsOf(query.amount, BigInt) }),
  ...(query.currency === undefined ? {} : { currency: currencyOf(query.currency) }),
  ...(query.customer_reference === undefined ? {} : { customerReference: query.customer_reference }),
  ...(query.metadata === undefined ? {} : { metadata: pairsIn(query.metadata) }),
});
