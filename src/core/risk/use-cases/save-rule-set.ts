import { type Refusal, type Result, accept, operatorTenant, refuse } from '../../kernel';
import { type CommandContext, type Handled, type Journal, handleCreation } from '../../ports';
import type { RiskErrorCode } from '../errors';
import type { RuleSetSaved } from '../events';
import { type Rule, maxRuleSetCost } from '../rule';
import type { RuleLanguage } from '../rule-language';
import type { RuleSet } from '../rule-set';
import { ruleSetAggregate, ruleSetStream } from './risk-streams';

export type SaveRuleSet = Omit<RuleSetSaved, 'type'>;

/** Writes a rule set down; nothing is assessed by it yet. Refusal: rule_invalid, for the first rule that is wrong. */
export const saveRuleSet =
  (journal: Journal, language: RuleLanguage) =>
  (command: SaveRuleSet, context: CommandContext<RuleSet>): Promise<Handled<RuleSet, RiskErrorCode>> =>
    handleCreation(
      journal,
      ruleSetAggregate,
      ruleSetStream(command.ruleSetId),
      () => decide(command, language, context.tenant === operatorTenant),
      context,
    );

function decide(
  command: SaveRuleSet,
  language: RuleLanguage,
  isOfPlatform: boolean,
): Result<readonly RuleSetSaved[], RiskErrorCode> {
  const seen = new Set<string>();
  let cost = 0;
  for (const [index, rule] of command.rules.entries()) {
    const place = `/rules/${String(index)}`;
    if (seen.has(rule.ruleId))
      return refuse('rule_invalid', `Two rules have the id ${rule.ruleId}.`, `${place}/id`);
    seen.add(rule.ruleId);
    const refusal = outcomeProblem(rule, place, isOfPlatform);
    if (refusal !== null) return { ok: false, refusal };
    const compiled = language.compile(rule.expression);
    if (!compiled.ok) {
      const { line, column, message } = compiled.problem;
      const at = `Rule ${rule.ruleId}, line ${String(line)}, column ${String(column)}`;
      return refuse('rule_invalid', `${at}: ${message}`, `${place}/expression`);
    }
    cost += compiled.cost;
    if (cost > maxRuleSetCost)
      return refuse(
        'rule_invalid',
        `With rule ${rule.ruleId} the set costs ${String(cost)}; ${String(maxRuleSetCost)} is allowed. A part of an expression costs 1, and 50 in a loop.`,
        `${place}/expression`,
      );
  }
  if (isOfPlatform && command.thresholds.review !== null)
    return refuse(
      'rule_invalid',
      `A threshold of the platform blocks: ${nobodyReviews}`,
      '/thresholds/review',
    );
  return accept([{ type: 'RuleSetSaved', ...command }]);
}

const nobodyReviews =
  'a charge in review is decided by its merchant, whom the rules of the platform are about.';

function outcomeProblem(rule: Rule, place: string, isOfPlatform: boolean): Refusal<RiskErrorCode> | null {
  if (rule.outcome === 'score' && rule.score === 0)
    return wrong(`Rule ${rule.ruleId} adds to the score, and its score is 0.`, `${place}/score`);
  if (isOfPlatform && rule.outcome === 'review')
    return wrong(
      `Rule ${rule.ruleId}: received review; ${nobodyReviews} Allowed are block and score.`,
      `${place}/outcome`,
    );
  if (isOfPlatform && rule.outcome === 'allow')
    return wrong(
      `Rule ${rule.ruleId}: received allow, which sets aside a merchant's own rules. Allowed are block and score.`,
      `${place}/outcome`,
    );
  return null;
}

const wrong = (message: string, param: string) =>
  refuse<RiskErrorCode>('rule_invalid', message, param).refusal;
