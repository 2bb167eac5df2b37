import type { FastifyReply } from 'fastify';
import { type ChargeId, type TenantId, assert, parseId } from '../../core/kernel';
import type { Charge, ExistingCharge } from '../../core/payments';
import type { Answer, RecordedEvent } from '../../core/ports';
import { sendAnswer } from '../plugins/idempotency';
import { appliedWait } from '../plugins/wait-preference';
import { ChargeSchema, chargeObject } from '../resources/charge';
import { jsonSerializer } from '../resources/json-serializer';
import type { RouteContext } from './api';

export interface ChargeAnswers {
  readonly shown: (charge: ExistingCharge) => string;
  /** Makes the answer that is stored with the effect. */
  readonly stored: (status: 200 | 201) => (charge: Charge) => Answer;
  /** Sends a stored answer, or, if a wait was asked for, the charge as it was once `until` held. */
  readonly send: (reply: FastifyReply, answer: Answer, wish: WaitWish) => Promise<FastifyReply>;
}

interface WaitWish {
  readonly seconds: number;
  readonly tenant: TenantId;
  /** Sees each event once, in order, with the charge as that event left it. */
  readonly until: (charge: ExistingCharge, recorded: RecordedEvent) => boolean;
}

const serializeCharge = jsonSerializer(ChargeSchema);

/** Answers that show a charge: stored, fetched and waited for, all in the same bytes. */
export function createChargeAnswers({ dependencies, load }: RouteContext): ChargeAnswers {
  const { payments } = dependencies;
  const shown = (charge: ExistingCharge): string => serializeCharge(chargeObject(charge, payments.pspName));
  const storedWith = (status: 200 | 201) => (charge: Charge) => {
    assert(charge.status !== 'none', 'an accepted command leaves a charge behind');
    return { status, body: shown(charge) };
  };
  const stored = { 200: storedWith(200), 201: storedWith(201) };
  return {
    shown,
    stored: (status) => stored[status],
    async send(reply, answer, { seconds, tenant, until }) {
      if (seconds === 0) return sendAnswer(reply, answer);
      const chargeId = idIn(answer);
      const settled = await load.outside(() =>
        payments.awaitCharge(tenant, chargeId, until, seconds * 1_000),
      );
      // Too many wait already: a preference is a wish, and the stored answer is as true.
      if (settled === null) return sendAnswer(reply, answer);
      return sendAnswer(appliedWait(reply, seconds), { status: answer.status, body: shown(settled) });
    },
  };
}

/** Which charge a stored answer shows: a replay knows it from nowhere else. */
function idIn({ body }: Answer): ChargeId {
  const { id } = JSON.parse(body) as { readonly id: string };
  const chargeId = parseId('ch', id);
  assert(chargeId !== null, 'a stored answer shows a charge');
  return chargeId;
}
