import type { ChargeFilter, ChargeRow, Metadata, Range, RefundFilter, RefundRow } from '../../core/payments';

export function matchesCharge(filter: ChargeFilter, { charge }: ChargeRow): boolean {
  const { terms, status } = charge;
  return (
    (filter.statuses?.includes(status) ?? true) &&
    isWithin(filter.createdAt, terms.createdAt) &&
    isWithin(filter.amountMinor, terms.amount.amountMinor) &&
    (filter.currency === undefined || filter.currency === terms.amount.currency) &&
    (filter.customerReference === undefined || filter.customerReference === terms.customerReference) &&
    hasMetadata(filter.metadata, terms.metadata)
  );
}

export function matchesRefund(
  filter: RefundFilter,
  { chargeId, refund }: RefundRow,
  { charge }: ChargeRow,
): boolean {
  return (
    (filter.customerReference === undefined || filter.customerReference === charge.terms.customerReference) &&
    (filter.chargeId === undefined || filter.chargeId === chargeId) &&
    (filter.statuses?.includes(refund.status) ?? true) &&
    isWithin(filter.createdAt, refund.createdAt) &&
    isWithin(filter.amountMinor, refund.amount.amountMinor) &&
    (filter.currency === undefined || filter.currency === refund.amount.currency) &&
    hasMetadata(filter.metadata, refund.metadata)
  );
}

function isWithin<Value extends number | bigint>(range: Range<Value> | undefined, value: Value): boolean {
  if (range === undefined) return true;
  return (
    (range.eq === undefined || value === range.eq) &&
    (range.gt === undefined || value > range.gt) &&
    (range.gte === undefined || value >= range.gte) &&
    (range.lt === undefined || value < range.lt) &&
    (range.lte === undefined || value <= range.lte)
  );
}

function hasMetadata(wanted: Metadata | undefined, metadata: Metadata): boolean {
  return Object.entries(wanted ?? {}).every(
    ([key, value]) => Object.hasOwn(metadata, key) && metadata[key] === value,
  );
}
