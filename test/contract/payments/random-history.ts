import * as fc from 'fast-check';
import {
  type CaptureId,
  type ChargeId,
  type MerchantId,
  type RefundId,
  type TenantId,
  assert,
  fold,
  money,
  tenantOf,
} from '../../../src/core/kernel';
import {
  type Charge,
  type ChargeEvent,
  chargeCodec,
  chargeDecider,
  chargeStream,
} from '../../../src/core/payments';
import {
  type Decision,
  approveReview,
  cancelCharge,
  captureCharge,
  createCharge,
  rejectReview,
  requestRefund,
} from '../../../src/core/payments/decide-charge';
import {
  type Recording,
  recordCancel,
  recordCapture,
  recordPayment,
} from '../../../src/core/payments/decide-outcome';
import { recordRefund } from '../../../src/core/payments/decide-refund-outcome';
import { type Journal, type PaymentOutcome, toStream } from '../../../src/core/ports';
import { declined } from '../../support/charges';

/** One thing that happens to one of a few charges. What the decider refuses does not happen. */
export interface Step {
  readonly charge: number;
  readonly action: number;
  readonly amount: number;
  readonly pick: number;
}

const chargeCount = 7;

export const steps = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      charge: fc.nat(chargeCount - 1),
      action: fc.nat(99),
      amount: fc.integer({ min: 1, max: 400 }),
      pick: fc.nat(5),
    }),
    { minLength: 1, maxLength },
  );

/** A long history that is the same every time, from a linear congruential generator. */
export function sampleHistory(length: number, charges: number): readonly Step[] {
  let state = 42;
  const draw = (below: number) => {
    // The multiplier and modulus of "minimal standard" (Park and Miller).
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length }, () => ({
    charge: draw(charges),
    action: draw(100),
    amount: 1 + draw(400),
    pick: draw(6),
  }));
}

const body = (n: number) => String(n).padStart(26, '0');
const merchant = (n: number) => `mer_${body(n)}` as MerchantId;
/** Two tenants share the journal; charges alternate between them. */
export const tenants: readonly [TenantId, TenantId] = [
  tenantOf(merchant(1), false),
  tenantOf(merchant(2), true),
];
export const chargeIdAt = (n: number): ChargeId => `ch_${body(n)}` as ChargeId;

/** Plays the steps into the journal. @returns the tenant and state of every charge, by id */
export async function play(
  journal: Journal,
  history: readonly Step[],
): Promise<
  ReadonlyMap<ChargeId, { readonly tenant: TenantId; readonly version: number; readonly charge: Charge }>
> {
  const states = new Map<ChargeId, { tenant: TenantId; version: number; charge: Charge }>();
  for (const [index, step] of history.entries()) {
    const chargeId = chargeIdAt(step.charge);
    const tenant = tenants[step.charge % 2 === 0 ? 0 : 1];
    const { charge, version } = states.get(chargeId) ?? { charge: chargeDecider.initial, version: 0 };
    const events = happening(charge, chargeId, step, index);
    if (events.length === 0) continue;
    const encoded = events.map((event) => chargeCodec.encode(event));
    await journal.append(
      toStream({
        tenant,
        stream: chargeStream(chargeId),
        expectedVersion: version,
        events: encoded,
        metadata: { actor: 'test', correlationId: 'c1' },
      }),
    );
    states.set(chargeId, {
      tenant,
      version: version + events.length,
      charge: fold(chargeDecider, encoded.map(asRecorded), charge),
    });
  }
  return states;
}

/** What the journal gives back is what counts: a provider's text may have had to change. */
function asRecorded(encoded: ReturnType<typeof chargeCodec.encode>): ChargeEvent {
  const event = chargeCodec.decode(encoded);
  assert(event !== null, `${encoded.type} is an event of a charge`);
  return event;
}

function happening(charge: Charge, chargeId: ChargeId, step: Step, index: number): readonly ChargeEvent[] {
  const decision =
    charge.status === 'none' ? create(chargeId, step, index) : next(charge, chargeId, step, index);
  return decision.ok ? decision.value : [];
}

function create(chargeId: ChargeId, step: Step, index: number): Decision {
  return createCharge(
    { status: 'none' },
    {
      chargeId,
      amount: money(BigInt(step.amount * 5), step.pick % 2 === 0 ? 'EUR' : 'JPY'),
      paymentToken: 'tok_visa',
      captureMethod: step.action % 2 === 0 ? 'manual' : 'automatic',
      assessment: step.action < 70 ? 'approved' : step.action < 90 ? 'review' : 'blocked',
      risk: null,
      description: step.pick === 0 ? null : `Order "${String(index)}", 100 % \\ ü 🙂`,
      customerReference: step.pick < 2 ? null : `customer-${String(step.pick)}`,
      statementDescriptor: step.pick === 3 ? 'SHOP' : null,
      metadata:
        step.pick === 1 ? {} : { order: String(step.pick), plan: step.amount < 200 ? 'gold' : 'basic' },
      livemode: step.charge % 2 === 1,
      returnUrl: step.charge % 5 === 1 ? 'https://shop.example.com/back' : null,
      expiresAt: 1_900_000_000_000 + step.charge,
      provider: step.charge % 3 === 1 ? 'adyen' : 'stripe',
      // Several charges share a millisecond, so that lists must break ties by id.
      createdAt: 1_790_000_000_000 + Math.floor(index / 3),
    },
  );
}

function next(
  charge: Exclude<Charge, { status: 'none' }>,
  chargeId: ChargeId,
  { action, amount, pick }: Step,
  index: number,
): Decision | Recording {
  const { currency } = charge.terms.amount;
  const captureId = charge.captures[pick % Math.max(1, charge.captures.length)]?.captureId;
  const refundId = charge.refunds[pick % Math.max(1, charge.refunds.length)]?.refundId;
  if (action < 5) return pick % 2 === 0 ? approveReview(charge) : rejectReview(charge, 'looks stolen');
  if (action < 40) return recordPayment(charge, paymentOutcome(charge, amount, pick));
  if (action < 55) {
    const newId = `cap_${body(index)}` as CaptureId;
    return captureCharge(charge, {
      chargeId,
      captureId: newId,
      amount: pick === 0 ? null : money(BigInt(amount), currency),
      final: pick === 1,
      requestedAt: index,
    });
  }
  if (action < 65 && captureId !== undefined)
    return recordCapture(charge, captureId, operationOutcomes[pick % 3] ?? { kind: 'captured' });
  if (action < 70) return cancelCharge(charge, { chargeId });
  if (action < 75) return recordCancel(charge, cancelOutcomes[pick % 3] ?? cancelOutcomes[0]);
  if (action < 90)
    return requestRefund(charge, {
      chargeId,
      refundId: `re_${body(index)}` as RefundId,
      amount: pick === 0 ? null : money(BigInt(amount), currency),
      reason: pick < 3 ? 'duplicate' : null,
      metadata: pick === 1 ? {} : { ticket: String(pick) },
      createdAt: 1_790_000_000_000 + Math.floor(index / 3),
    });
  return refundId === undefined
    ? recordPayment(charge, paymentOutcome(charge, amount, 0))
    : recordRefund(charge, refundId, refundOutcomes[pick % 4] ?? refundOutcomes[0]);
}

/** A provider's answer holds what it likes: a quote, an emoji, half of one that was cut off, a NUL. */
const refused = { ...declined, message: 'Nobody \'s "card" 🙂 \ud83d \u0000.' };

/** Now and then somebody has captured a part at the provider. */
function paymentOutcome(
  { terms }: Exclude<Charge, { status: 'none' }>,
  amount: number,
  pick: number,
): PaymentOutcome {
  const isByHand = amount % 3 === 0;
  const part = BigInt(amount);
  switch (pick) {
    case 0: {
      const capturedMinor = isByHand ? part : terms.amount.amountMinor;
      return { kind: 'authorized', pspReference: 'pi_1', captured: true, capturedMinor };
    }
    case 1:
      return {
        kind: 'authorized',
        pspReference: 'pi_2',
        captured: false,
        capturedMinor: isByHand ? part : 0n,
      };
    case 2:
      return {
        kind: 'action_required',
        pspReference: 'pi_3',
        nextAction: { kind: 'redirect', url: 'https://example.com/3ds' },
      };
    case 3:
      return { kind: 'failed', failure: refused };
    case 4:
      return { kind: 'canceled', pspReference: 'pi_4' };
    default:
      return { kind: 'unknown', reason: 'timeout' };
  }
}

const operationOutcomes = [
  { kind: 'captured' },
  { kind: 'failed', failure: refused },
  { kind: 'unknown', reason: 'timeout' },
] as const;

const cancelOutcomes = [
  { kind: 'canceled', capturedMinor: 0n },
  { kind: 'failed', failure: refused },
  { kind: 'unknown', reason: 'timeout' },
] as const;

const refundOutcomes = [
  { kind: 'succeeded', pspReference: 're_1' },
  { kind: 'pending', pspReference: 're_2' },
  { kind: 'failed', failure: refused },
  { kind: 'unknown', reason: 'timeout' },
] as const;
