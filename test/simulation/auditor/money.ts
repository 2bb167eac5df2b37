import { refundedMinor as refundedAtPsp, tookMoney } from '../../../src/adapters/memory/psp-books';
import type { Check, Evidence } from './evidence';
import { refundedMinor, sumOf } from './story';

/** Invariant 2: one charge at the PSP for one payment, and never more given back than was taken. */
export const checkOneCharge: Check = ({ payments, stories }) => {
  const taking = new Map<string, number>();
  const found: string[] = [];
  for (const payment of payments) {
    const { chargeId, refunds, capturedMinor } = payment;
    if (tookMoney(payment)) taking.set(chargeId, (taking.get(chargeId) ?? 0) + 1);
    if (refundedAtPsp(payment) > capturedMinor)
      found.push(
        `[2] the PSP gave back ${String(refundedAtPsp(payment))} of ${String(capturedMinor)} of ${chargeId}`,
      );
    const ids = refunds
      .filter(({ status, refundId }) => status !== 'failed' && refundId !== null)
      .map(({ refundId }) => refundId);
    if (new Set(ids).size < ids.length) found.push(`[2] the PSP made one refund of ${chargeId} twice`);
  }
  for (const [chargeId, count] of taking)
    if (count > 1) found.push(`[2] the PSP charged ${chargeId} ${String(count)} times`);
  for (const story of stories.values()) {
    const promised = sumOf(
      [...story.refunds.values()]
        .filter(({ status }) => status !== 'failed')
        .map(({ amountMinor }) => amountMinor),
    );
    if (promised > story.capturedMinor)
      found.push(
        `[2] refunds of ${story.chargeId} are ${String(promised)} of ${String(story.capturedMinor)}`,
      );
    if (story.capturedMinor > story.amountMinor)
      found.push(`[2] ${story.chargeId} is captured beyond its amount`);
  }
  return found;
};

interface Totals {
  captured: bigint;
  refunded: bigint;
}

/** Invariant 3: PSP, ledger and charges tell one sum, by tenant and currency. */
export const checkTotals: Check = (evidence) => {
  const atPsp = totalsAtPsp(evidence);
  const inCharges = totalsInCharges(evidence);
  const inLedger = totalsInLedger(evidence);
  const places = new Set([...atPsp.keys(), ...inCharges.keys(), ...inLedger.keys()]);
  return [...places].flatMap((place) => {
    const [psp, charges, ledger] = [atPsp, inCharges, inLedger].map((totals) => shown(totals.get(place)));
    return psp === charges && charges === ledger
      ? []
      : [`[3] ${place}: PSP ${String(psp)}, charges ${String(charges)}, ledger ${String(ledger)}`];
  });
};

const shown = (totals: Totals | undefined): string =>
  `${String(totals?.captured ?? 0n)} captured and ${String(totals?.refunded ?? 0n)} refunded`;

function at(totals: Map<string, Totals>, tenant: string, currency: string): Totals {
  const place = `${tenant} ${currency}`;
  const known = totals.get(place) ?? { captured: 0n, refunded: 0n };
  totals.set(place, known);
  return known;
}

function totalsAtPsp({ payments }: Evidence): ReadonlyMap<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const payment of payments) {
    const sums = at(totals, payment.tenant, payment.amount.currency);
    sums.captured += payment.capturedMinor;
    sums.refunded += refundedAtPsp(payment);
  }
  return totals;
}

function totalsInCharges({ stories }: Evidence): ReadonlyMap<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const story of stories.values()) {
    const sums = at(totals, story.tenant, story.currency);
    sums.captured += story.capturedMinor;
    sums.refunded += refundedMinor(story);
  }
  return totals;
}

/** The receivable's debits are captures, and refunds that came back; its credits are refunds. */
function totalsInLedger({ entries }: Evidence): ReadonlyMap<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const { tenant, currency, code, side, amountMinor, eventType } of entries) {
    if (code !== 'psp_receivable:stripe') continue;
    const sums = at(totals, tenant, currency);
    if (side === 'credit') sums.refunded += amountMinor;
    else if (eventType === 'RefundFailed') sums.refunded -= amountMinor;
    else sums.captured += amountMinor;
  }
  return totals;
}
