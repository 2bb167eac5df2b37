import type { FastifyReply } from 'fastify';
import { type ChargeId, type IdPrefix, type TenantId, assert, parseId } from '../../core/kernel';
import type { ExistingCharge } from '../../core/payments';
import type { Answer, RecordedEvent } from '../../core/ports';
import { sendAnswer } from '../plugins/idempotency';
import { appliedWait } from '../plugins/wait-preference';
import type { RouteContext } from './api';

export interface WaitWish {
  readonly seconds: number;
  readonly tenant: TenantId;
}

/** What the caller waits for. */
export interface Awaited {
  readonly chargeId: ChargeId;
  /** Sees each event once, in order, with the charge as that event left it. */
  readonly until: (charge: ExistingCharge, recorded: RecordedEvent) => boolean;
  readonly shown: (charge: ExistingCharge) => string;
}

/** Sends a stored answer, or, if a wait was asked for, what the charge shows once `until` held. */
export async function sendHeld(
  { dependencies, load }: RouteContext,
  reply: FastifyReply,
  answer: Answer,
  { seconds, tenant }: WaitWish,
  awaited: () => Awaited,
): Promise<FastifyReply> {
  if (seconds === 0) return sendAnswer(reply, answer);
  const { chargeId, until, shown } = awaited();
  const charge = await load.outside(() =>
    dependencies.payments.awaitCharge(tenant, chargeId, until, seconds * 1_000),
  );
  // Too many wait already: a preference is a wish, and the stored answer is as true.
  if (charge === null) return sendAnswer(reply, answer);
  return sendAnswer(appliedWait(reply, seconds), { status: answer.status, body: shown(charge) });
}

/** What a stored answer shows: a replay knows its id from nowhere else. */
export function idIn<Prefix extends IdPrefix>(prefix: Prefix, { body }: Answer) {
  const { id } = JSON.parse(body) as { readonly id: string };
  const known = parseId(prefix, id);
  assert(known !== null, `a stored answer shows the id ${prefix}_… of what it is about`);
  return known;
}
