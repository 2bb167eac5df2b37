import type { FastifyReply } from 'fastify';
import { assert } from '../../../core/kernel';
import type { Charge, ExistingCharge } from '../../../core/payments';
import type { Answer } from '../../../core/ports';
import { ChargeSchema, chargeObject } from './charge-resource';
import { jsonSerializer } from '../../resources/json-serializer';
import type { RouteContext } from '../api';
import { type Awaited, type WaitWish, idIn, sendHeld } from '../held-answer';

export interface ChargeAnswers {
  /** Makes the answer that is stored with the effect. */
  readonly stored: (status: 200 | 201) => (charge: Charge) => Answer;
  /** Sends a stored answer, or, if a wait was asked for, the charge as it was once `until` held. */
  readonly send: (
    reply: FastifyReply,
    answer: Answer,
    wish: WaitWish & Pick<Awaited, 'until'>,
  ) => Promise<FastifyReply>;
}

const serializeCharge = jsonSerializer(ChargeSchema);

/** Answers that show a charge: stored, fetched and waited for, all in the same bytes. */
export function createChargeAnswers(context: RouteContext): ChargeAnswers {
  const shown = (charge: ExistingCharge): string => serializeCharge(chargeObject(charge));
  const storedWith = (status: 200 | 201) => (charge: Charge) => {
    assert(charge.status !== 'none', 'an accepted command leaves a charge behind');
    return { status, body: shown(charge) };
  };
  const stored = { 200: storedWith(200), 201: storedWith(201) };
  return {
    stored: (status) => stored[status],
    send: (reply, answer, wish) =>
      sendHeld(context, reply, answer, wish, () => ({
        chargeId: idIn('ch', answer),
        until: wish.until,
        shown,
      })),
  };
}
