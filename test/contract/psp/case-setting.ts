import { createSeededIds } from '../../../src/adapters/memory/ids';
import { type Money, money, newId, tenantOf } from '../../../src/core/kernel';
import type {
  AuthorizeRequest,
  CancelAtPspRequest,
  CaptureAtPspRequest,
  PaymentTerms,
  PspGateway,
  RefundAtPspRequest,
} from '../../../src/core/ports';

const ids = createSeededIds(20);
export const tenant = tenantOf(newId('mer', ids), false);
export const eur = (amountMinor: number): Money => money(BigInt(amountMinor), 'EUR');

/** A payment of 10.00 EUR, each time for a new charge. */
export function authorization(change: Partial<AuthorizeRequest> = {}): AuthorizeRequest {
  const chargeId = newId('ch', ids);
  return {
    tenant,
    chargeId,
    amount: eur(1000),
    createdAt: Date.now(),
    paymentToken: 'tok_visa',
    captureMethod: 'automatic',
    idempotencyKey: `${chargeId}:authorize`,
    ...change,
  };
}

/** Authorizes and returns the PSP's reference; fails the test when the PSP does not. */
export async function authorized(gateway: PspGateway, request: AuthorizeRequest): Promise<string> {
  const outcome = await gateway.authorize(request);
  if (outcome.kind !== 'authorized') throw new Error(`not authorized: ${JSON.stringify(outcome)}`);
  return outcome.pspReference;
}

export function captureOf(
  payment: PaymentTerms,
  pspReference: string,
  change: Partial<CaptureAtPspRequest> = {},
): CaptureAtPspRequest {
  return {
    payment,
    pspReference,
    amount: eur(1000),
    final: true,
    idempotencyKey: `${newId('cap', ids)}:capture`,
    ...change,
  };
}

export function refundOf(
  request: AuthorizeRequest,
  pspReference: string,
  change: Partial<RefundAtPspRequest> = {},
): RefundAtPspRequest {
  const refundId = newId('re', ids);
  return {
    payment: request,
    refundId,
    pspReference,
    amount: eur(1000),
    reason: 'requested_by_customer',
    idempotencyKey: `${refundId}:refund`,
    ...change,
  };
}

export const cancellationOf = (payment: PaymentTerms, pspReference: string): CancelAtPspRequest => ({
  payment,
  pspReference,
  idempotencyKey: `${pspReference}:cancel`,
});
