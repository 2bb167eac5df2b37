import type { JsonObject, RuleSetId } from '../kernel';
import type { RiskFacts } from './facts';
import type { Rule, RuleMode, RuleOutcome, Thresholds } from './rule';
import type { BoundFacts, EvaluateRule } from './rule-language';

export type RuleSetOwner = 'platform' | 'merchant';

/** A rule set in force, with its rules ready to be asked. */
export interface EnforcedRuleSet {
  readonly ruleSetId: RuleSetId;
  readonly owner: RuleSetOwner;
  readonly thresholds: Thresholds;
  readonly rules: readonly { readonly rule: Rule; readonly evaluate: EvaluateRule }[];
}

export type RiskOutcome = 'approve' | 'require_authentication' | 'review' | 'block';

/** One rule that says something about this charge: it holds, or it could not be asked. */
export interface RuleFinding extends JsonObject {
  readonly ruleSetId: RuleSetId;
  readonly ruleId: string;
  readonly finding: 'holds' | 'missing' | 'failed';
  readonly outcome: RuleOutcome;
  readonly score: number;
  readonly reason: string;
  readonly mode: RuleMode;
  /** Why the rule could not be asked. */
  readonly detail: string | null;
}

/**
 * What the rules said of a charge, with all that they looked at: the same rule sets and facts give the same decision,
 * years later too.
 */
export interface RiskDecision extends JsonObject {
  readonly outcome: RiskOutcome;
  readonly score: number;
  /** The reasons of the enforced rules that hold and ask for the outcome, or that carried the score to a threshold. */
  readonly reasons: readonly string[];
  readonly ruleSets: readonly RuleSetId[];
  readonly findings: readonly RuleFinding[];
  readonly facts: RiskFacts;
}

const severity: Readonly<Record<RiskOutcome, number>> = {
  approve: 0,
  require_authentication: 1,
  review: 2,
  block: 3,
};
const sterner = (one: RiskOutcome, other: RiskOutcome): RiskOutcome =>
  severity[other] > severity[one] ? other : one;

/**
 * Asks every rule of every set. A rule of the platform that blocks is final; `allow` sets aside what the merchant's other
 * rules say; scores count for all sets together, against the thresholds of each. A rule that failed holds the charge
 * for review: it may have been the one that blocks.
 */
export function assess(sets: readonly EnforcedRuleSet[], facts: RiskFacts, bound: BoundFacts): RiskDecision {
  const asked = sets.map((set) => ({ set, findings: findingsOf(set, bound) }));
  const findings = asked.flatMap((each) => each.findings);
  const score = findings.filter(holds).reduce((total, finding) => total + finding.score, 0);
  const judged = asked.filter(({ set, findings: found }) => !isAllowed(set, found));
  const outcome = judged
    .map(({ set, findings: found }) => outcomeOf(set.thresholds, found, score))
    .reduce(sterner, 'approve');
  const grounds = judged.flatMap((each) => each.findings).filter((finding) => explains(finding, outcome));
  return {
    outcome,
    score,
    reasons: [...new Set(grounds.map(({ reason }) => reason))],
    ruleSets: sets.map(({ ruleSetId }) => ruleSetId),
    findings,
    facts,
  };
}

function findingsOf({ ruleSetId, rules }: EnforcedRuleSet, bound: BoundFacts): readonly RuleFinding[] {
  return rules.flatMap(({ rule, evaluate }) => {
    const verdict = evaluate(bound);
    if (verdict.kind === 'does_not_hold') return [];
    const { ruleId, outcome, score, reason, mode } = rule;
    const detail = verdict.kind === 'holds' ? null : verdict.detail;
    return [{ ruleSetId, ruleId, finding: verdict.kind, outcome, score, reason, mode, detail }];
  });
}

const holds = ({ mode, finding }: RuleFinding): boolean => mode === 'enforce' && finding === 'holds';
const failed = ({ mode, finding }: RuleFinding): boolean => mode === 'enforce' && finding === 'failed';

const isAllowed = ({ owner }: EnforcedRuleSet, findings: readonly RuleFinding[]): boolean =>
  owner === 'merchant' && findings.some((finding) => holds(finding) && finding.outcome === 'allow');

function outcomeOf(thresholds: Thresholds, findings: readonly RuleFinding[], score: number): RiskOutcome {
  const least = findings.some(failed) ? 'review' : 'approve';
  return findings
    .filter(holds)
    .map(({ outcome }) => (outcome === 'score' || outcome === 'allow' ? 'approve' : outcome))
    .reduce(sterner, sterner(least, byScore(thresholds, score)));
}

function byScore({ review, block }: Thresholds, score: number): RiskOutcome {
  if (block !== null && score >= block) return 'block';
  return review !== null && score >= review ? 'review' : 'approve';
}

/** Rules that add to the score explain each outcome but an approval. */
const explains = (finding: RuleFinding, outcome: RiskOutcome): boolean =>
  outcome !== 'approve' &&
  (holds(finding)
    ? finding.outcome === outcome || finding.score > 0
    : failed(finding) && outcome === 'review');
