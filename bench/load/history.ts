import { type ChargeId, type MerchantId, type RefundId, money, tenantOf } from '../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../src/core/payments';
import type { RecordedEvent } from '../../src/core/ports';

/** Charges that are created between a charge's creation and its outcome. */
const lag = 200;
const refundEvery = 25;
const tenantCount = 20;

const body = (n: number) => String(n).padStart(26, '0');

/** The journal of a busy hour: every charge is created, succeeds a little later, and a few are refunded. */
export const busyHour = (charges: number): readonly RecordedEvent[] => [...eventsOfBusyHour(charges)];

/** The same, event by event, for as many as do not fit into memory. */
export function* eventsOfBusyHour(charges: number): Generator<RecordedEvent, void, undefined> {
  let position = 0;
  const recorded = (n: number, version: number, event: ChargeEvent): RecordedEvent => ({
    partition: 1,
    position: (position += 1),
    tenant: tenantOf(`mer_${body(n % tenantCount)}` as MerchantId, false),
    stream: chargeStream(`ch_${body(n)}` as ChargeId),
    version,
    ...chargeCodec.encode(event),
    metadata: { actor: 'bench', correlationId: 'c1' },
    recordedAt: 1_790_000_000_000,
  });
  for (let n = 0; n < charges + lag; n += 1) {
    if (n < charges) yield recorded(n, 1, created(n));
    const earlier = n - lag;
    if (earlier < 0) continue;
    const { amount } = created(earlier);
    yield recorded(earlier, 2, {
      type: 'ChargeAuthorized',
      provider: 'stripe',
      captureMethod: 'automatic',
      pspReference: `pi_${body(earlier)}`,
      card: null,
    });
    yield recorded(earlier, 3, {
      type: 'ChargeCaptured',
      provider: 'stripe',
      captureId: null,
      amount,
      final: true,
    });
    if (earlier % refundEvery !== 0) continue;
    const refundId = `re_${body(earlier)}` as RefundId;
    const pspReference = `pi_${body(earlier)}`;
    const request = { reason: null, metadata: {}, createdAt: 1_790_000_000_000 + n };
    yield recorded(earlier, 4, {
      type: 'RefundRequested',
      provider: 'stripe',
      refundId,
      pspReference,
      amount,
      ...request,
    });
    const settled = { refundId, amount, pspReference: `re_${body(n)}` };
    yield recorded(earlier, 5, { type: 'RefundSucceeded', provider: 'stripe', ...settled });
  }
}

const created = (n: number) =>
  ({
    type: 'ChargeCreated',
    chargeId: `ch_${body(n)}` as ChargeId,
    amount: money(BigInt(1 + ((n * 7919) % 100_000)), n % 10 === 0 ? 'USD' : 'EUR'),
    paymentToken: 'tok_visa',
    captureMethod: 'automatic',
    assessment: 'approved',
    risk: null,
    description: `Order ${String(n)}`,
    customerReference: `customer-${String(n % 5_000)}`,
    statementDescriptor: null,
    metadata: { order_id: String(n), plan: n % 3 === 0 ? 'gold' : 'basic', channel: 'web' },
    livemode: false,
    provider: 'stripe',
    returnUrl: null,
    expiresAt: 1_790_086_400_000,
    createdAt: 1_790_000_000_000 + n,
  }) as const;
