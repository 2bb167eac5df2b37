import { Type } from '@sinclair/typebox';
import { TimeAsked } from './schema-parts';

/** A value and bounds of it; those that are absent do not bound. */
export type Bounds<Value> = { readonly [Bound in 'eq' | 'gt' | 'gte' | 'lt' | 'lte']?: Value };

/** What a query says of a value: itself, as `amount=1999`, or bounds, as `amount[gte]=1999`. */
export type Range<Value> = Value | Omit<Bounds<Value>, 'eq'>;

/** One `type` list, as for what is nullable: each keyword restricts the type that it is about. */
export const TimeRange = Type.Unsafe<Range<string>>({
  ...Type.Object(
    {
      gt: Type.Optional({ ...TimeAsked, description: 'After this time.' }),
      gte: Type.Optional({ ...TimeAsked, description: 'At or after this time.' }),
      lt: Type.Optional({ ...TimeAsked, description: 'Before this time.' }),
      lte: Type.Optional({ ...TimeAsked, description: 'At or before this time.' }),
    },
    { additionalProperties: false },
  ),
  type: ['string', 'object'],
  format: 'date-time',
  'x-expected':
    'a time of RFC 3339 with its offset, for example 2026-11-21T09:30:00Z, or bounds in brackets, for example [gte]=2026-11-21T00:00:00Z',
  examples: [{ gte: '2026-11-21T00:00:00Z', lt: '2026-11-22T00:00:00Z' }],
  description: 'The time of creation, to the millisecond. Excludes its bounds.',
});

/** Beyond every amount, and a digit shorter than the shortest card number: no bound can be taken for one. */
const inMinorUnits = { minimum: 0, maximum: 999_999_999_999 };
const AmountBound = Type.Integer(inMinorUnits);

export const AmountRange = Type.Unsafe<Range<number>>({
  ...Type.Object(
    {
      gt: Type.Optional({ ...AmountBound, description: 'More than this amount.' }),
      gte: Type.Optional({ ...AmountBound, description: 'This amount or more.' }),
      lt: Type.Optional({ ...AmountBound, description: 'Less than this amount.' }),
      lte: Type.Optional({ ...AmountBound, description: 'This amount or less.' }),
    },
    { additionalProperties: false },
  ),
  type: ['integer', 'object'],
  ...inMinorUnits,
  'x-expected': 'an amount in minor units, for example 1999, or bounds in brackets, for example [gte]=1999',
  examples: [{ gte: 1000, lte: 1999 }],
  description: 'The amount in minor units. Excludes its bounds.',
});

/** The whole milliseconds that bounds of a time leave, both ends included. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

/** An open bound is the closed one a millisecond further in. */
export function windowOf(range: Range<string> | undefined): TimeWindow {
  const { eq, gt, gte, lt, lte } = boundsOf(range ?? {}, Date.parse);
  const from = [eq, gte, gt === undefined ? gt : gt + 1].filter((bound) => bound !== undefined);
  const to = [eq, lte, lt === undefined ? lt : lt - 1].filter((bound) => bound !== undefined);
  return {
    ...(from.length === 0 ? {} : { from: Math.max(...from) }),
    ...(to.length === 0 ? {} : { to: Math.min(...to) }),
  };
}

/** The same in another unit. */
export function boundsOf<From extends string | number, To>(
  range: Range<From>,
  convert: (value: From) => To,
): Bounds<To> {
  if (typeof range !== 'object') return { eq: convert(range) };
  const { gt, gte, lt, lte } = range;
  return {
    ...(gt === undefined ? {} : { gt: convert(gt) }),
    ...(gte === undefined ? {} : { gte: convert(gte) }),
    ...(lt === undefined ? {} : { lt: convert(lt) }),
    ...(lte === undefined ? {} : { lte: convert(lte) }),
  };
}
