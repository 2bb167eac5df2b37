import type { ReadColumn, ReadModel, ReadTable } from '../ports';
import { type ChargeRow, projectCharge } from './projections/charge-row';
import { type RefundRow, changedRefunds } from './projections/refund-row';

const fixed = <Row>(
  type: ReadColumn<Row>['type'],
  valueOf: (row: Row) => string | bigint | null,
): ReadColumn<Row> => ({ type, isFixed: true, valueOf });

const charges: ReadTable<ChargeRow> = {
  name: 'charges',
  key: 'charge_id',
  object: 'charge',
  columns: {
    status: { type: 'text', isFixed: false, valueOf: ({ charge }) => charge.status },
    currency: fixed('text', ({ charge }) => charge.terms.amount.currency),
    amount_minor: fixed('bigint', ({ charge }) => charge.terms.amount.amountMinor),
    customer_reference: fixed('text', ({ charge }) => charge.terms.customerReference),
  },
  hasMetadata: true,
  idOf: ({ charge }) => charge.terms.chargeId,
  tenantOf: ({ tenant }) => tenant,
  createdAtOf: ({ charge }) => charge.terms.createdAt,
  metadataOf: ({ charge }) => charge.terms.metadata,
};

const refunds: ReadTable<RefundRow> = {
  name: 'refunds',
  key: 'refund_id',
  object: 'refund',
  columns: {
    charge_id: fixed('text', ({ chargeId }) => chargeId),
    status: { type: 'text', isFixed: false, valueOf: ({ refund }) => refund.status },
    currency: fixed('text', ({ refund }) => refund.amount.currency),
    amount_minor: fixed('bigint', ({ refund }) => refund.amount.amountMinor),
    customer_reference: fixed('text', ({ customerReference }) => customerReference),
  },
  hasMetadata: true,
  idOf: ({ refund }) => refund.refundId,
  tenantOf: ({ tenant }) => tenant,
  createdAtOf: ({ refund }) => refund.createdAt,
  metadataOf: ({ refund }) => refund.metadata,
};

/** Charges as lists show them, and their refunds. */
export const paymentsReadModel: ReadModel<ChargeRow, RefundRow> = {
  name: 'payments',
  prefix: 'charge-',
  table: charges,
  parts: [{ table: refunds, owner: 'charge_id', changedIn: changedRefunds }],
  versionOf: ({ version }) => version,
  project: projectCharge,
};

export const chargesTable = charges;
export const refundsTable = refunds;
