import type { CommandContext } from '../../ports';
import type { AssessCharge, RiskDecision } from '../../risk';
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

function assessmentOf(risk: RiskDecision | null): Assessment {
  switch (risk?.outcome) {
    case 'block':
      return 'blocked';
    case 'review':
      return 'review';
    default:
      return 'approved';
  }
}
