import type { Catalogue, ChargeId, Currency, PageRequest, Range, RefundId, TenantId } from '../kernel';
import type { PageErrorCode, PageResult, RowFilter, RowQueries } from '../ports';
import type { ChargeStatus, OperationStatus } from './charge';
import type { Metadata } from './events';
import type { ChargeRow } from './projections/charge-row';
import type { RefundRow } from './projections/refund-row';

/** What a charge must be to be listed; every part that is present must hold. */
export interface ChargeFilter {
  /** One of these; an empty list matches nothing. */
  readonly statuses?: readonly ChargeStatus[];
  /** Milliseconds since the epoch. */
  readonly createdAt?: Range<number>;
  /** The amount asked for, in minor units of the charge's currency. */
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

/** The queries of payments on the rows of their tables, wherever those are. */
export const paymentQueries = (rows: {
  readonly charges: RowQueries<ChargeRow>;
  readonly refunds: RowQueries<RefundRow>;
}): PaymentQueries => ({
  listCharges: (tenant, filter, page) => rows.charges.list(tenant, chargeRowFilter(filter), page),
  listRefunds: (tenant, filter, page) => rows.refunds.list(tenant, refundRowFilter(filter), page),
  findCharges: (tenant, chargeIds) => rows.charges.find(tenant, chargeIds),
  findRefund: async (tenant, refundId) => (await rows.refunds.find(tenant, [refundId]))[0] ?? null,
});

const chargeRowFilter = (filter: ChargeFilter): RowFilter => ({
  ...commonFilter(filter),
  equal: present({ currency: filter.currency, customer_reference: filter.customerReference }),
});

const refundRowFilter = (filter: RefundFilter): RowFilter => ({
  ...commonFilter(filter),
  equal: present({
    currency: filter.currency,
    customer_reference: filter.customerReference,
    charge_id: filter.chargeId,
  }),
});

const commonFilter = ({
  statuses,
  createdAt,
  amountMinor,
  metadata,
}: Pick<RefundFilter, 'statuses' | 'createdAt' | 'amountMinor' | 'metadata'> | ChargeFilter): RowFilter => ({
  ...(statuses === undefined ? {} : { oneOf: { column: 'status', values: statuses } }),
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(amountMinor === undefined ? {} : { within: { amount_minor: amountMinor } }),
  ...(metadata === undefined ? {} : { metadata }),
});

const present = (values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
