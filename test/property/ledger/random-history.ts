import fc from 'fast-check';
import { type ChargeId, type Currency, money, type RefundId, type TenantId } from '../../../src/core/kernel';
import {
  anotherTenant,
  aTenant,
  capture,
  created,
  createHistory,
  type History,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../contract/ledger/history';

/** One thing that happens; what it cannot apply to, it leaves alone. */
export type Step =
  | {
      readonly kind: 'charge';
      readonly tenant: TenantId;
      readonly currency: Currency;
      readonly amountMinor: bigint;
    }
  | { readonly kind: 'capture'; readonly charge: number; readonly percent: number }
  | { readonly kind: 'refund'; readonly charge: number; readonly percent: number }
  | { readonly kind: 'settle'; readonly charge: number; readonly refund: number; readonly succeeded: boolean }
  | { readonly kind: 'return'; readonly charge: number; readonly refund: number }
  | { readonly kind: 'clock'; readonly deltaMs: number };

const index = fc.nat(1_000);
const percent = fc.integer({ min: 1, max: 100 });

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('charge' as const),
      tenant: fc.constantFrom(aTenant, anotherTenant),
      currency: fc.constantFrom<Currency>('EUR', 'JPY', 'BHD'),
      amountMinor: fc.bigInt({ min: 1n, max: 2n ** 53n }),
    }),
    fc.record({ kind: fc.constant('capture' as const), charge: index, percent }),
    fc.record({ kind: fc.constant('refund' as const), charge: index, percent }),
    fc.record({
      kind: fc.constant('settle' as const),
      charge: index,
      refund: index,
      succeeded: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('return' as const), charge: index, refund: index }),
    fc.record({ kind: fc.constant('clock' as const), deltaMs: fc.integer({ min: -5_000, max: 5_000 }) }),
  ),
  { maxLength: 60 },
);

type RefundState = 'pending' | 'succeeded' | 'failed';

/** A charge as a merchant would note it on paper: what was captured, and what became of each refund. */
export interface PaperCharge {
  readonly tenant: TenantId;
  readonly chargeId: ChargeId;
  readonly currency: Currency;
  readonly amountMinor: bigint;
  capturedMinor: bigint;
  readonly refunds: { readonly refundId: RefundId; readonly amountMinor: bigint; state: RefundState }[];
}

export interface RandomHistory {
  readonly history: History;
  readonly charges: readonly PaperCharge[];
}

/** Plays the steps: as events, and on paper. */
export function play(all: readonly Step[]): RandomHistory {
  const history = createHistory({ stepMs: 1 });
  const charges: PaperCharge[] = [];
  for (const step of all) apply(step, history, charges);
  return { history, charges };
}

function apply(step: Step, history: History, charges: PaperCharge[]): void {
  if (step.kind === 'clock') {
    history.tick(step.deltaMs);
    return;
  }
  if (step.kind === 'charge') {
    const { tenant, currency, amountMinor } = step;
    const chargeId = history.newCharge();
    history.record(tenant, chargeId, created(chargeId, money(amountMinor, currency)));
    charges.push({ tenant, chargeId, currency, amountMinor, capturedMinor: 0n, refunds: [] });
    return;
  }
  const charge = charges[step.charge % Math.max(1, charges.length)];
  if (charge === undefined) return;
  if (step.kind === 'capture') captureOn(charge, step.percent, history);
  else if (step.kind === 'refund') refundOn(charge, step.percent, history);
  else settleOn(charge, step, history);
}

const part = (amountMinor: bigint, share: number): bigint => (amountMinor * BigInt(share)) / 100n;

function captureOn(charge: PaperCharge, share: number, history: History): void {
  const amountMinor = part(charge.amountMinor - charge.capturedMinor, share);
  if (amountMinor === 0n) return;
  charge.capturedMinor += amountMinor;
  history.record(charge.tenant, charge.chargeId, capture(money(amountMinor, charge.currency)));
}

function refundOn(charge: PaperCharge, share: number, history: History): void {
  const taken = charge.refunds
    .filter((refund) => refund.state !== 'failed')
    .reduce((sum, refund) => sum + refund.amountMinor, 0n);
  const amountMinor = part(charge.capturedMinor - taken, share);
  if (amountMinor === 0n) return;
  const refundId = history.newRefund();
  charge.refunds.push({ refundId, amountMinor, state: 'pending' });
  history.record(
    charge.tenant,
    charge.chargeId,
    refundRequested(refundId, money(amountMinor, charge.currency)),
  );
}

function settleOn(
  charge: PaperCharge,
  step: Extract<Step, { kind: 'settle' | 'return' }>,
  history: History,
): void {
  const refund = charge.refunds[step.refund % Math.max(1, charge.refunds.length)];
  if (refund?.state !== (step.kind === 'settle' ? 'pending' : 'succeeded')) return;
  const amount = money(refund.amountMinor, charge.currency);
  const succeeded = step.kind === 'settle' && step.succeeded;
  refund.state = succeeded ? 'succeeded' : 'failed';
  history.record(
    charge.tenant,
    charge.chargeId,
    succeeded
      ? refundSucceeded(refund.refundId, amount)
      : refundFailed(refund.refundId, amount, step.kind === 'return'),
  );
}
