import {
  type ChargeId,
  type Currency,
  type Money,
  money,
  newId,
  type RefundId,
  type TenantId,
  tenantOf,
} from '../../../src/core/kernel';
import { chargeCodec, type ChargeEvent, chargeStream } from '../../../src/core/payments';
import type { RecordedEvent } from '../../../src/core/ports';
import { created as createdCharge } from '../../support/charges';

/** Ids that count up: 26 characters of base 32, as the real ones. */
export const countingIds = () => {
  let count = 0;
  return () => (count += 1).toString().padStart(26, '0');
};

const merchantIds = countingIds();
export const aTenant: TenantId = tenantOf(newId('mer', merchantIds), false);
export const anotherTenant: TenantId = tenantOf(newId('mer', merchantIds), false);

/** 2026-11-21 10:00 UTC. */
export const startOfHistory = Date.UTC(2026, 10, 21, 10);

export interface HistoryOptions {
  /** Between two events. @default 1000 */
  readonly stepMs?: number;
  readonly partition?: number;
}

/** Writes events as the journal would record them: with positions, versions and times. */
export function createHistory({ stepMs = 1_000, partition = 1 }: HistoryOptions = {}) {
  const ids = countingIds();
  const events: RecordedEvent[] = [];
  const versions = new Map<string, number>();
  let nowMs = startOfHistory;

  const record = (tenant: TenantId, chargeId: ChargeId, event: ChargeEvent): RecordedEvent => {
    const stream = chargeStream(chargeId);
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    const recorded: RecordedEvent = {
      partition,
      position: events.length + 1,
      tenant,
      stream,
      version,
      ...chargeCodec.encode(event),
      metadata: { actor: 'worker', correlationId: 'history' },
      recordedAt: nowMs,
    };
    events.push(recorded);
    nowMs += stepMs;
    return recorded;
  };

  return {
    events: events as readonly RecordedEvent[],
    record,
    /** Moves the clock, also back, as a database server's clock may do. */
    tick: (deltaMs: number) => {
      nowMs += deltaMs;
    },
    newCharge: () => newId('ch', ids),
    newRefund: () => newId('re', ids),
    /** A charge from its creation to its capture. */
    captured(tenant: TenantId, amount: Money): ChargeId {
      const chargeId = newId('ch', ids);
      record(tenant, chargeId, created(chargeId, amount));
      record(tenant, chargeId, {
        type: 'ChargeAuthorized',
        provider: 'stripe',
        captureMethod: 'automatic',
        pspReference: `pi_${chargeId}`,
        card: null,
      });
      record(tenant, chargeId, capture(amount));
      return chargeId;
    },
  };
}

export type History = ReturnType<typeof createHistory>;

export const eur = (amountMinor: number): Money => money(BigInt(amountMinor), 'EUR');
export const jpy = (amountMinor: number): Money => money(BigInt(amountMinor), 'JPY');
export const of = (amountMinor: number, currency: Currency): Money => money(BigInt(amountMinor), currency);

export const created = (chargeId: ChargeId, amount: Money): ChargeEvent =>
  createdCharge({ chargeId, amount, createdAt: startOfHistory });

export const capture = (amount: Money): ChargeEvent => ({
  type: 'ChargeCaptured',
  provider: 'stripe',
  captureId: null,
  amount,
  final: true,
});

export const refundRequested = (refundId: RefundId, amount: Money): ChargeEvent => ({
  type: 'RefundRequested',
  provider: 'stripe',
  refundId,
  pspReference: 'pi_1',
  amount,
  reason: null,
  metadata: {},
  createdAt: startOfHistory,
});

export const refundSucceeded = (refundId: RefundId, amount: Money): ChargeEvent => ({
  type: 'RefundSucceeded',
  provider: 'stripe',
  refundId,
  amount,
  pspReference: 're_1',
});

export const refundFailed = (refundId: RefundId, amount: Money, afterSuccess: boolean): ChargeEvent => ({
  type: 'RefundFailed',
  provider: 'stripe',
  refundId,
  amount,
  failure: { code: 'expired_or_canceled_card', message: 'The card does not take the refund.' },
  afterSuccess,
});
