import { type Money, type Refusal, refuse } from '../../kernel';
import type { PspGateway } from '../../ports';
import type { Decision } from '../decide-charge';
import type { ChargeErrorCode } from '../errors';

/** Which amounts the provider takes. */
export type ProviderAmounts = Pick<PspGateway, 'amountRefusal'>;

/** Refuses what is accepted here and could not be asked for: an amount that the provider does not take. */
export function withinAmounts(decision: Decision, amounts: ProviderAmounts): Decision {
  if (!decision.ok) return decision;
  for (const event of decision.value) {
    const refusal = 'amount' in event ? refusalOf(event.amount, amounts) : null;
    if (refusal !== null) return { ok: false, refusal };
  }
  return decision;
}

function refusalOf(amount: Money, { amountRefusal }: ProviderAmounts): Refusal<ChargeErrorCode> | null {
  const refusal = amountRefusal(amount);
  if (refusal === null) return null;
  const param = refusal.code === 'currency_unsupported' ? '/currency' : '/amount';
  return refuse(refusal.code, refusal.message, param).refusal;
}
