import type { CommandContext } from '../../ports';
import type { AssessCharge, RiskDecision, RiskOutcome } from '../../risk';
import type { Charge } from '../charge';
import type { AskedCharge } from '../commands';
import type { Assessment } from '../events';
import type { ChargeHandled } from './charge-stream';
import type { createCharge } from './create-charge';

/** Asks the rules about a charge and creates it as they say: before any provider sees it. @throws JournalUnavailable */
export const createAssessedCharge =
  (create: ReturnType<typeof createCharge>, assess: AssessCharge) =>
  async (asked: AskedCharge, context: CommandContext<Charge>): Promise<ChargeHandled> => {
    const { amount, ...terms } = asked;
    const risk = await assess(context.tenant, { ...terms, ...amount });
    return create({ ...asked, assessment: assessmentOf(risk), risk }, context);
  };

const assessmentFor: Readonly<Record<RiskOutcome, Assessment>> = {
  approve: 'approved',
  review: 'review',
  block: 'blocked',
};

function assessmentOf(risk: RiskDecision | null): Assessment {
  if (risk === null) return 'approved';
  return assessmentFor[risk.outcome];
}
