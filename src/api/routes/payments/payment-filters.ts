import { type Static, type TObject, Type } from '@sinclair/typebox';
import { Metadata } from '../../resources/metadata';
import { CurrencyCode, currencyOf } from '../../resources/money';
import { pageQuery } from '../../resources/page';
import { AmountRange, TimeRange, boundsOf } from '../../resources/ranges';
import { oneOf } from '../../resources/schema-parts';

/** The most characters of what a merchant calls the customer. */
export const maxReferenceCharacters = 255;

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
  metadata: Type.Optional({ ...Metadata, description: 'metadata[key]=value; several must all hold.' }),
});

type Words<Status extends string> = Static<TObject<ReturnType<typeof paymentFilters<Status>>>>;

/** The same in the words of PaymentDB. */
export const toPaymentFilter = <Status extends string>(query: Words<Status>) => ({
  ...(query.status === undefined ? {} : { statuses: query.status }),
  ...(query.created === undefined ? {} : { createdAt: boundsOf(query.created, Date.parse) }),
  ...(query.amount === undefined ? {} : { amountMinor: boundsOf(query.amount, BigInt) }),
  ...(query.currency === undefined ? {} : { currency: currencyOf(query.currency) }),
  ...(query.customer_reference === undefined ? {} : { customerReference: query.customer_reference }),
  ...(query.metadata === undefined ? {} : { metadata: query.metadata }),
});
