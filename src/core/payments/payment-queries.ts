import {
  type Catalogue,
  type ChargeId,
  type Currency,
  type Page,
  type PageRequest,
  type RefundId,
  type Result,
  type TenantId,
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
