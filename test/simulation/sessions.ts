import type { ChargeId, Currency, TenantId } from '../../src/core/kernel';
import { isSettled } from '../../src/core/payments';
import type { Client } from './client';
import type { Random } from './random';
import type { Answer, Body, Request } from './requests';
import type { World } from './world';

/** One purchase from its first request to its last: what one merchant does with one payment. */
export type SessionKind = 'purchase' | 'reservation' | 'authentication' | 'review';
export const sessionKinds = ['purchase', 'reservation', 'authentication', 'review'] as const;

export interface SessionPlan {
  readonly kind: SessionKind;
  readonly tenant: TenantId;
  /** Counted per merchant, so that two merchants use the same idempotency keys. */
  readonly number: number;
  readonly seed: string;
  readonly beginsAtMs: number;
}

interface Session {
  readonly world: World;
  readonly client: Client;
  readonly random: Random;
  readonly plan: SessionPlan;
  readonly currency: Currency;
  readonly amountMinor: number;
}

const cards = [
  'tok_visa',
  'tok_visa',
  'tok_visa',
  'tok_pendingRefund',
  'tok_refundFail',
  'tok_hesitates',
  'tok_chargeDeclined',
  'tok_chargeDeclinedInsufficientFunds',
] as const;

/** As long as the API lets a payment wait. */
const longestLifetimeMs = 24 * 60 * 60_000;

export async function runSession(
  world: World,
  client: Client,
  random: Random,
  plan: SessionPlan,
): Promise<void> {
  await world.scheduler.sleep(plan.beginsAtMs);
  const session: Session = {
    world,
    client,
    random,
    plan,
    currency: random.pick(['EUR', 'EUR', 'JPY', 'USD']),
    amountMinor: random.between(1, 40) * 50,
  };
  const created = await create(session);
  if (created.kind !== 'accepted') return;
  const chargeId = created.id as ChargeId;
  switch (plan.kind) {
    case 'purchase':
      if (random.chance(0.4)) {
        await client.think(random.pick([20, 300, 5_000]));
        await ask(session, 'cancel', { operation: 'cancel', chargeId });
      }
      await client.watch(plan.tenant, chargeId, isSettled);
      return refundSeveral(session, chargeId);
    case 'reservation':
      await client.watch(plan.tenant, chargeId, isSettled);
      await captureAndCancel(session, chargeId);
      return refundSeveral(session, chargeId);
    case 'authentication':
      await client.think(20_000);
      if (random.chance(0.3)) await ask(session, 'cancel', { operation: 'cancel', chargeId });
      await client.watch(
        plan.tenant,
        chargeId,
        (charge) => isSettled(charge) && charge.status !== 'requires_action',
      );
      if (random.chance(0.4)) await captureAndCancel(session, chargeId);
      return refundSeveral(session, chargeId);
    case 'review':
      await reviewOrCancel(session, chargeId);
      await client.watch(plan.tenant, chargeId, isSettled);
      return refundSeveral(session, chargeId);
  }
}

async function create(session: Session): Promise<Answer> {
  const { random, plan, currency, amountMinor } = session;
  const body: Body = {
    operation: 'create',
    amountMinor,
    currency,
    paymentToken: plan.kind === 'authentication' ? 'tok_threeDSecure2Required' : random.pick(cards),
    captureMethod: plan.kind === 'reservation' || random.chance(0.2) ? 'manual' : 'automatic',
    assessment: plan.kind !== 'review' ? 'approved' : random.chance(0.2) ? 'blocked' : 'review',
    lifetimeMs: random.chance(0.7)
      ? longestLifetimeMs
      : random.between(1_000, random.pick([60_000, 7_200_000])),
  };
  const twin = random.chance(0.25) ? ask(session, 'create', body) : null;
  const forged = random.chance(0.2)
    ? ask(session, 'create', { ...body, amountMinor: body.amountMinor + 1 })
    : null;
  const [first, second, third] = await Promise.all([ask(session, 'create', body), twin, forged]);
  // When the other body came first, the key stands for that one; its charge is real as well.
  return [first, second, third].find((answer) => answer?.kind === 'accepted') ?? first;
}

/** The same name in one session is the same idempotency key. */
const ask = (session: Session, name: string, body: Body): Promise<Answer> => {
  const request: Request = {
    tenant: session.plan.tenant,
    key: `${String(session.plan.number)}:${name}`,
    body,
  };
  return session.client.ask(request);
};

async function refundSeveral(session: Session, chargeId: ChargeId): Promise<void> {
  const { random, client, currency, amountMinor } = session;
  const count = random.pick([0, 1, 2, 3, 4]);
  const asks = Array.from({ length: count }, async (_, index) => {
    const body: Body = {
      operation: 'refund',
      chargeId,
      amountMinor: random.chance(0.2) ? null : random.between(1, amountMinor),
      currency,
    };
    const isTwice = random.chance(0.2);
    await client.think(random.pick([50, 3_000, 60_000]));
    await Promise.all([
      ask(session, `refund${String(index)}`, body),
      isTwice ? ask(session, `refund${String(index)}`, body) : null,
    ]);
  });
  await Promise.all(asks);
}

async function captureAndCancel(session: Session, chargeId: ChargeId): Promise<void> {
  const { random, client, currency, amountMinor } = session;
  const parts = random.pick([1, 2, 2, 3]);
  const captures = Array.from({ length: parts }, async (_, index) => {
    const body: Body = {
      operation: 'capture',
      chargeId,
      amountMinor: random.chance(0.3)
        ? null
        : random.chance(0.15)
          ? amountMinor + 1
          : Math.max(1, Math.floor(amountMinor / parts)),
      currency,
      final: random.chance(0.2),
    };
    const isTwice = random.chance(0.2);
    await client.think(random.pick([50, 3_000, 20_000]));
    await Promise.all([
      ask(session, `capture${String(index)}`, body),
      isTwice ? ask(session, `capture${String(index)}`, body) : null,
    ]);
  });
  const cancel = random.chance(0.4)
    ? client
        .think(random.pick([50, 3_000, 40_000]))
        .then(() => Promise.all([0, 1].map(() => ask(session, 'cancel', { operation: 'cancel', chargeId }))))
    : null;
  await Promise.all([...captures, cancel]);
}

async function reviewOrCancel(session: Session, chargeId: ChargeId): Promise<void> {
  const { random, client } = session;
  const verdict = random.chance(0.7)
    ? ({ kind: 'approve' } as const)
    : ({ kind: 'reject', reason: 'not plausible' } as const);
  const review = client
    .think(5_000)
    .then(() => ask(session, 'review', { operation: 'review', chargeId, verdict }));
  const cancel = random.chance(0.3)
    ? client.think(5_000).then(() => ask(session, 'cancel', { operation: 'cancel', chargeId }))
    : null;
  await Promise.all([review, cancel]);
}
