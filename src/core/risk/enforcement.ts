import { type Decider, type Result, type RuleSetId, accept, refuse } from '../kernel';
import type { RiskErrorCode } from './errors';
import type { EnforcementEvent } from './events';
import { type Enforcement, inForce } from './rule-set';

export const enforcementDecider: Decider<Enforcement, EnforcementEvent> = {
  initial: { history: [], rolledBack: [] },
  evolve({ history, rolledBack }, event) {
    switch (event.type) {
      case 'RuleSetActivated':
        return {
          history: [...history, { ruleSetId: event.ruleSetId, since: event.activatedAt }],
          rolledBack,
        };
      case 'RuleSetRolledBack':
        return { history: history.slice(0, -1), rolledBack: [...rolledBack, event.from] };
    }
  },
};

type Decision = Result<readonly EnforcementEvent[], RiskErrorCode>;

export function activate(
  enforcement: Enforcement,
  asked: { readonly ruleSetId: RuleSetId; readonly nowMs: number },
): Decision {
  const { ruleSetId, nowMs } = asked;
  if (inForce(enforcement) === ruleSetId)
    return refuse('rule_set_in_force', `${ruleSetId} is in force already.`);
  return accept([{ type: 'RuleSetActivated', ruleSetId, activatedAt: nowMs }]);
}

/** Refused where another set is in force than the caller believes: what it would bring back is another one too. */
export function rollBack(
  enforcement: Enforcement,
  asked: { readonly from: RuleSetId; readonly nowMs: number },
): Decision {
  const current = inForce(enforcement);
  if (current !== asked.from)
    return refuse(
      'rule_set_not_in_force',
      `${asked.from} is not in force; ${current === null ? 'no rule set is' : `${current} is`}.`,
    );
  const to = enforcement.history.at(-2)?.ruleSetId ?? null;
  return accept([{ type: 'RuleSetRolledBack', from: current, to, rolledBackAt: asked.nowMs }]);
}
