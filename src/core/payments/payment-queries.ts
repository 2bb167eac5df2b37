import {
  type Catalogue,
  type ChargeId,
  type Currency,
  type RefundId,
  type Result,
  type TenantId,
  assert,
  refuse,
} from '../kernel';
import type { ChargeStatus, OperationStatus } from './charge';
import type { Metadata } from './events';
import type { ChargeRow } from './projections/charge-row';
import type { RefundRow } from './projections/refund-row';

/** Bounds of a value; those that are absent do not bound. */
export interface Range<Value> {
  /** Exactly this. */
  readonly eq?: Value;
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
}

/** What a charge must be to be listed; every part that is present must hold. */
export interface ChargeFilter {
  /** One of these; an empty list matches nothing. */
  readonly statuses?: readonly ChargeStatus[];
  /** Milliseconds since the epoch. */
  readonly createdAt?: Range<number>;
  /** The amount asked for, in minor units of whatever currency the charge has. */
  readonly amountMinor?: Range<bigint>;
  readonly currency?: Currency;
  readonly customerReference?: string;
  /** Every one of these keys with exactly this value. */
  readonly metadata?: Metadata;
}

/** What a refund must be to be listed; every part that is present must hold. */
export interface RefundFilter {
  readonly chargeId?: ChargeId;
  /** Of the charge. */
  readonly customerReference?: string;
  /** One of these; an empty list matches nothing. */
  readonly statuses?: readonly OperationStatus[];
  /** Milliseconds since the epoch. */
  readonly createdAt?: Range<number>;
  readonly amountMinor?: Range<bigint>;
  readonly currency?: Currency;
  /** Every one of these keys with exactly this value. */
  readonly metadata?: Metadata;
}

export const maxPageLimit = 100;

/** Which part of a list is asked for; without a cursor, the newest. */
export interface PageRequest<Id extends string> {
  /** 1 to {@link maxPageLimit}. */
  readonly limit: number;
  readonly cursor?: {
    /** `starting_after`: the rows next older than `id`; `ending_before`: the rows next newer than `id`. */
    readonly kind: 'starting_after' | 'ending_before';
    readonly id: Id;
  };
}

/** Newest first, whichever way the list was walked. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether more lies beyond, in the direction of the walk. */
  readonly hasMore: boolean;
}

/**
 * The page made of what a walk found. The walk looks for one row more than the limit, nearest to the cursor
 * first: the extra row says that there is more.
 */
export function pageOf<Row>(request: PageRequest<string>, found: readonly Row[]): Page<Row> {
  const rows = found.slice(0, request.limit);
  if (request.cursor?.kind === 'ending_before') rows.reverse();
  return { rows, hasMore: found.length > request.limit };
}

/** The rows that a walk looks for: the page and one more. */
export function walkLimit(request: PageRequest<string>): number {
  const { limit } = request;
  assert(
    Number.isInteger(limit) && limit >= 1 && limit <= maxPageLimit,
    `a page has 1 to ${String(maxPageLimit)} rows, not ${String(limit)}`,
  );
  return limit + 1;
}

export const refuseCursor = (cursor: { readonly kind: string; readonly id: string }) =>
  refuse(
    'cursor_not_found',
    `${cursor.kind} names ${cursor.id}, which this list does not have.`,
    `/${cursor.kind}`,
  );

export type PageErrorCode = 'cursor_not_found';
export type PageResult<Row> = Result<Page<Row>, PageErrorCode>;

export const pageCatalogue: Catalogue<PageErrorCode> = {
  cursor_not_found: {
    meaning: 'The list has no object with the id that starting_after or ending_before names.',
    retry: 'no',
    remedy: 'Take the id of the first or last object of a page that was listed with the same key.',
  },
};

/**
 * PaymentDB: what lists and searches read, derived from the journal. A row equals the fold of its stream
 * up to the reader's checkpoint; see `readYourWrites` for a view that is never behind the caller's own write.
 * A tenant sees only its own; another tenant's id is an unknown one.
 *
 * Order: newest first, by `createdAt` and, where that is equal, by id. A cursor stays valid while rows
 * change, whether or not its own row matches the filter.
 * Refusal: cursor_not_found.
 */
export interface PaymentQueries {
  listCharges(
    tenant: TenantId,
    filter: ChargeFilter,
    page: PageRequest<ChargeId>,
  ): Promise<PageResult<ChargeRow>>;
  listRefunds(
    tenant: TenantId,
    filter: RefundFilter,
    page: PageRequest<RefundId>,
  ): Promise<PageResult<RefundRow>>;
  /** Those of these charges that the tenant has, in no order; at most {@link maxPageLimit} are asked for at once. */
  findCharges(tenant: TenantId, chargeIds: readonly ChargeId[]): Promise<readonly ChargeRow[]>;
  /** Null when the tenant has none such. */
  findRefund(tenant: TenantId, refundId: RefundId): Promise<RefundRow | null>;
}

/** The rows of every tenant in the order of their ids: what looks for rows that the journal does not speak of. */
export interface PaymentRows {
  /** The ids of up to `limit` charges that sort after `after`; null begins at the first. */
  chargeIdsAfter(after: ChargeId | null, limit: number): Promise<readonly ChargeId[]>;
}
