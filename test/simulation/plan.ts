import { createSeededIds } from '../../src/adapters/memory/ids';
import { type TenantId, newId, tenantOf } from '../../src/core/kernel';
import { type FaultKind, type FaultPlan, drawFaults, patientPsp } from './faults';
import { createRandom } from './random';
import { type SessionPlan, sessionKinds } from './sessions';

/** Faults that are drawn once for the whole run, and have no rate. */
export const plannedFaults = [
  'clock_skew',
  'psp_outage',
  'authorization_expiry',
  'dashboard',
  'paid_again',
] as const;
type PlannedFault = (typeof plannedFaults)[number];

/** What a failing run may be shortened by. */
export interface Reduction {
  readonly withoutFaults: readonly (FaultKind | PlannedFault)[];
  /** Indexes of sessions. */
  readonly withoutSessions: readonly number[];
}

export const nothingLeftOut: Reduction = { withoutFaults: [], withoutSessions: [] };

/** Everything that a seed decides before the run begins. */
export interface Plan {
  readonly seed: number;
  readonly faults: FaultPlan;
  readonly sessions: readonly SessionPlan[];
  readonly tenants: readonly TenantId[];
  readonly nodeCount: number;
  /** Whether a second process drives the same readers. */
  readonly hasRivalReaders: boolean;
  readonly concurrency: number;
}

/** Merchants' ids come from a source of their own, so that they never meet those of a run. */
const merchantIdSeed = 2 ** 30 - 1;
const nodeCount = 2;

export function drawPlan(seed: number, { withoutFaults, withoutSessions }: Reduction = nothingLeftOut): Plan {
  const random = createRandom(seed).fork('plan');
  const ids = createSeededIds(merchantIdSeed);
  const tenants = [0, 1].map(() => tenantOf(newId('mer', ids), false));
  const count = random.between(1, 4);
  const sessions = Array.from({ length: count }, (_, index): SessionPlan => {
    const tenant = tenants[index % tenants.length];
    if (tenant === undefined) throw new Error('there are two merchants');
    return {
      kind: random.pick(sessionKinds),
      tenant,
      number: Math.floor(index / tenants.length),
      seed: `session${String(index)}`,
      beginsAtMs: random.between(0, 5_000),
    };
  });
  const faults = drawFaults(random.fork('faults'), nodeCount);
  const without = new Set<string>(withoutFaults);
  const rates = Object.fromEntries(
    Object.entries(faults.rates).map(([kind, rate]) => [kind, without.has(kind) ? 0 : rate]),
  ) as FaultPlan['rates'];
  return {
    seed,
    faults: {
      ...faults,
      rates,
      clockSkewMs: without.has('clock_skew') ? [] : faults.clockSkewMs,
      pspOutage: without.has('psp_outage') ? null : faults.pspOutage,
      dashboardShare: without.has('dashboard') ? 0 : faults.dashboardShare,
      paidAgainShare: without.has('paid_again') ? 0 : faults.paidAgainShare,
      authorizations: without.has('authorization_expiry') ? patientPsp : faults.authorizations,
    },
    sessions: sessions.filter((_, index) => !withoutSessions.includes(index)),
    tenants,
    nodeCount,
    hasRivalReaders: random.chance(0.25),
    concurrency: random.between(1, 4),
  };
}
