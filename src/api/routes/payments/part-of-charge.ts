import type { ChargeId, Money, TenantId } from '../../../core/kernel';
import type { BoundPayments } from '../../dependencies';
import { moneyOf } from '../../resources/money';
import { chargeNotFound } from './charge-schemas';

/**
 * The money of a capture or refund; null when all that is left is meant. An amount without a currency is in the
 * charge's. @throws Problem charge_not_found
 */
export async function partOf(
  payments: BoundPayments,
  of: { readonly tenant: TenantId; readonly chargeId: ChargeId; readonly param?: string },
  body: { readonly amount?: number; readonly currency?: string },
): Promise<Money | null> {
  if (body.amount === undefined) return null;
  if (body.currency !== undefined) return moneyOf(body.amount, body.currency);
  const charge = await payments.findCharge(of.tenant, of.chargeId);
  if (charge === null) throw chargeNotFound(of.chargeId, of.param);
  return moneyOf(body.amount, charge.terms.amount.currency);
}
