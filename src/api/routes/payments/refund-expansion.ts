import { Type } from '@sinclair/typebox';
import { type ChargeId, type TenantId, assert } from '../../../core/kernel';
import type { ChargeRow, PaymentQueries, RefundRow } from '../../../core/payments';
import { chargeObject } from './charge-resource';
import { type RefundObject, refundObject } from './refund-resource';
import { oneOf } from '../../resources/schema-parts';

/** The member of a query that adds a refund's charge as a whole; a list calls it `data.charge`. */
export const expandsCharge = <const Path extends string>(path: Path) => ({
  expand: Type.Optional(
    Type.Array(oneOf([path]), {
      maxItems: 1,
      description: `expand[]=${path} adds the charge itself, as charge_object.`,
    }),
  ),
});

interface Asked {
  readonly tenant: TenantId;
  readonly rows: readonly RefundRow[];
  /** What the caller wants to see as a whole. */
  readonly expand: readonly string[] | undefined;
}

/** Shows the refunds of these rows, with their charges where the caller asked for them: one query for all charges. */
export async function refundsShown(
  queries: Pick<PaymentQueries, 'findCharges'>,
  { tenant, rows, expand = [] }: Asked,
): Promise<(row: RefundRow) => RefundObject> {
  const shown = (row: RefundRow) => refundObject(row.refund, row);
  if (expand.length === 0 || rows.length === 0) return shown;
  const charges = new Map<ChargeId, ChargeRow>();
  for (const row of await queries.findCharges(tenant, [...new Set(rows.map(({ chargeId }) => chargeId))]))
    charges.set(row.charge.terms.chargeId, row);
  return (row) => {
    const found = charges.get(row.chargeId);
    assert(found !== undefined, 'a refund is of a charge that its tenant has');
    return { ...shown(row), charge_object: chargeObject(found.charge) };
  };
}
