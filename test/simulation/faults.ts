import type { Random } from './random';

/** What may go wrong, with the highest probability that a seed may draw for it. */
const highestRates = {
  /** At any port call, before or after its effect. */
  crash: 0.02,
  journal_unavailable: 0.06,
  /** The commit took place, and its answer was lost. */
  journal_answer_lost: 0.06,
  reader_unavailable: 0.06,
  reader_answer_lost: 0.06,
  /** A reader stands still for minutes. */
  reader_stall: 0.03,
  psp_times_out_before: 0.3,
  psp_times_out_after: 0.4,
  /** The answer is lost, and the request takes effect later than that. */
  psp_times_out_and_acts_late: 0.3,
  psp_rate_limit: 0.4,
  psp_refuses_connection: 0.4,
  /** A worker's port call that outlasts its lease. */
  slow_worker: 0.03,
  job_delivered_twice: 0.4,
  notice_lost: 0.6,
  notice_duplicated: 0.6,
  notice_late: 0.6,
  answer_lost: 0.2,
} as const;

export type FaultKind = keyof typeof highestRates;
export const faultKinds = Object.keys(highestRates) as FaultKind[];

/** How the PSP treats what it holds and nobody captures. */
export interface AuthorizationPlan {
  /** How long it holds, before it lets the money go by itself. */
  readonly lifetimeMs: number;
  /** Whether it sends a notice then; otherwise only a look-up tells. */
  readonly isEndTold: boolean;
}

export interface FaultPlan {
  readonly rates: Readonly<Record<FaultKind, number>>;
  /** Each node's clock against the true one, in milliseconds, up to an hour either way. */
  readonly clockSkewMs: readonly number[];
  /** A time in which no request reaches the PSP. */
  readonly pspOutage: { readonly fromMs: number; readonly untilMs: number } | null;
  readonly authorizations: AuthorizationPlan;
  /** Of how many payments a person captures what is held, or refunds what was taken, at the PSP itself, 0 to 1. */
  readonly dashboardShare: number;
  /** Of how many payments that failed the payer pays with another card, 0 to 1. */
  readonly paidAgainShare: number;
  /** From here on nothing goes wrong any more. Milliseconds after the start. */
  readonly healsAtMs: number;
}

/** So that a node which dies again and again still gets something done. */
const maxCrashes = 12;
const hourMs = 60 * 60_000;

/** What card networks allow a merchant without a card in the hand. @source https://docs.stripe.com/payments/place-a-hold-on-a-payment-method */
export const patientPsp: AuthorizationPlan = { lifetimeMs: 7 * 24 * hourMs, isEndTold: true };

/** Swarm testing: each seed draws which faults there are at all, so that rare meetings are not drowned by common ones. */
export function drawFaults(random: Random, nodes: number): FaultPlan {
  const rates = Object.fromEntries(
    faultKinds.map((kind) => [
      kind,
      random.chance(0.6) ? 0 : highestRates[kind] * random.next() * random.next(),
    ]),
  ) as Record<FaultKind, number>;
  const isSkewed = random.chance(0.3);
  const pspOutage = random.chance(0.15) ? drawOutage(random) : null;
  return {
    rates,
    clockSkewMs: Array.from({ length: nodes }, () => (isSkewed ? random.between(-hourMs, hourMs) : 0)),
    pspOutage,
    authorizations: drawAuthorizations(random),
    dashboardShare: random.fork('dashboard').pick([0, 0, 0.5]),
    paidAgainShare: random.fork('paid again').pick([0, 0.5]),
    healsAtMs: Math.max(
      random.between(60_000, hourMs),
      (pspOutage?.untilMs ?? 0) + random.between(0, hourMs),
    ),
  };
}

/** Seldom longer than the PSP remembers keys: the cliff of 24 hours. */
function drawOutage(random: Random): { readonly fromMs: number; readonly untilMs: number } {
  const fromMs = random.between(0, 20_000);
  const lengthMs = random.chance(0.1)
    ? random.between(20 * hourMs, 30 * hourMs)
    : random.between(1_000, hourMs);
  return { fromMs, untilMs: fromMs + lengthMs };
}

/** Often so short that captures, cancellations and the end of the authorization meet. */
const drawAuthorizations = (random: Random): AuthorizationPlan => ({
  lifetimeMs: random.chance(0.5)
    ? patientPsp.lifetimeMs
    : random.between(2_000, random.pick([30_000, 120_000, 4 * hourMs])),
  isEndTold: random.chance(0.6),
});

/** The faults of one run, as they strike. */
export interface Chaos {
  isHealed(): boolean;
  /** Whether this fault strikes here and now. */
  strikes(kind: FaultKind): boolean;
  isPspOut(): boolean;
  skewMs(node: number): number;
}

export function createChaos(plan: FaultPlan, random: Random, elapsedMs: () => number): Chaos {
  const sources = new Map(faultKinds.map((kind) => [kind, random.fork(kind)]));
  const isHealed = () => elapsedMs() >= plan.healsAtMs;
  let crashes = 0;
  return {
    isHealed,
    strikes(kind) {
      if (plan.rates[kind] === 0 || isHealed() || (kind === 'crash' && crashes >= maxCrashes)) return false;
      const isStruck = sources.get(kind)?.chance(plan.rates[kind]) ?? false;
      if (isStruck && kind === 'crash') crashes += 1;
      return isStruck;
    },
    isPspOut: () =>
      plan.pspOutage !== null &&
      elapsedMs() >= plan.pspOutage.fromMs &&
      elapsedMs() < plan.pspOutage.untilMs &&
      !isHealed(),
    skewMs: (node) => (isHealed() ? 0 : (plan.clockSkewMs[node] ?? 0)),
  };
}
