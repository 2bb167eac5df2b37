import { type ChargeId, type RefundId, type TenantId, parseId, parseTenant } from '../../../core/kernel';
import type { PaymentTerms } from '../../../core/ports';

/**
 * What FinCore writes on Stripe's objects. Look-ups find them by the ids; notices are for the installation that they name,
 * because another one may use the same account of Stripe.
 */
export const chargeMetadata = (
  installation: string,
  { tenant, chargeId }: Pick<PaymentTerms, 'tenant' | 'chargeId'>,
) => ({ charge_id: chargeId, tenant, installation });

export const refundMetadata = (installation: string, payment: PaymentTerms, refundId: RefundId) => ({
  ...chargeMetadata(installation, payment),
  refund_id: refundId,
});

/** For people: the dashboard of Stripe and our logs are searched by the same word. */
export const correlationMetadata = ({ correlationId }: { readonly correlationId?: string }) =>
  correlationId === undefined ? {} : { correlation_id: correlationId };

/**
 * Left on the payment by each capture. A look-up that finds it knows that this very capture took place; one that finds
 * another's knows nothing, since several captures of a charge may be under way.
 */
export const captureMetadata = (idempotencyKey: string) => ({ last_capture: idempotencyKey });

export interface Origin {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly refundId: RefundId | null;
  readonly installation: string | null;
}

/** Whose charge an object of Stripe's belongs to; null for one that FinCore did not make. */
export function originOf(metadata: Readonly<Record<string, unknown>>): Origin | null {
  const { charge_id: charge, tenant, refund_id: refund, installation } = metadata;
  if (typeof charge !== 'string' || typeof tenant !== 'string') return null;
  const chargeId = parseId('ch', charge);
  const owner = parseTenant(tenant);
  if (chargeId === null || owner === null) return null;
  return {
    tenant: owner,
    chargeId,
    refundId: typeof refund === 'string' ? parseId('re', refund) : null,
    installation: typeof installation === 'string' ? installation : null,
  };
}
