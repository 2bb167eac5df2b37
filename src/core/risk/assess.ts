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

export type RiskOutcome = 'approve' | 'review' | 'block';

/** One rule that says something about this charge: it holds, or it could not be asked. */
export interface RuleFinding extends JsonObject {
  readonly ruleSetId: RuleSetId;
  readonly owner: RuleSetOwner;
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
  /** Of the merchant's own set. */
  readonly score: number;
  /** The reasons of the enforced rules that hold and ask for the outcome, or that carried the score to a threshold. */
  readonly reasons: readonly string[];
  readonly ruleSets: readonly RuleSetId[];
  readonly findings: readonly RuleFinding[];
  readonly facts: RiskFacts;
}

const severity: Readonly<Record<RiskOutcome, number>> = { approve: 0, review: 1, block: 2 };
const sterner = (one: RiskOutcome, other: RiskOutcome): RiskOutcome =>
  severity[other] > severity[one] ? other : one;

/**
 * Asks every rule of every set, and judges each set by its own rules and scores alone: nothing that a merchant writes
 * changes what the platform's set says. The sternest counts. `allow` sets aside what the merchant's other rules say. A
 * rule that failed may have been the one that blocks: the merchant's holds the charge for review, the platform's blocks it.
 */
export function assess(sets: readonly EnforcedRuleSet[], facts: RiskFacts, bound: BoundFacts): RiskDecision {
  const judged = sets.map((set) => judge(set, findingsOf(set, bound)));
  const outcome = judged.map((each) => each.outcome).reduce(sterner, 'approve');
  const grounds = judged.filter((each) => each.outcome === outcome).flatMap((each) => each.grounds);
  return {
    outcome,
    score: judged.find(({ owner }) => owner === 'merchant')?.score ?? 0,
    reasons: [...new Set(grounds.map(({ reason }) => reason))],
    ruleSets: sets.map(({ ruleSetId }) => ruleSetId),
    findings: judged.flatMap(({ findings }) => findings),
    facts,
  };
}

interface Judgement {
  readonly owner: RuleSetOwner;
  readonly findings: readonly RuleFinding[];
  readonly score: number;
  readonly outcome: RiskOutcome;
  /** The findings that led to the outcome. */
  readonly grounds: readonly RuleFinding[];
}

function judge({ owner, thresholds }: EnforcedRuleSet, findings: readonly RuleFinding[]): Judgement {
  const enforced = findings.filter(({ mode }) => mode === 'enforce');
  const held = enforced.filter(({ finding }) => finding === 'holds');
  const failed = enforced.filter(({ finding }) => finding === 'failed');
  const score = held.reduce((total, finding) => total + finding.score, 0);
  if (owner === 'merchant' && held.some(({ outcome }) => outcome === 'allow'))
    return { owner, findings, score, outcome: 'approve', grounds: [] };
  const ifFailed: RiskOutcome = owner === 'platform' ? 'block' : 'review';
  const scored = byScore(thresholds, score);
  const asks = ({ outcome }: RuleFinding): RiskOutcome =>
    outcome === 'score' || outcome === 'allow' ? 'approve' : outcome;
  const outcome = [scored, ...held.map(asks), ...failed.map(() => ifFailed)].reduce(sterner, 'approve');
  if (outcome === 'approve') return { owner, findings, score, outcome, grounds: [] };
  const explains = (finding: RuleFinding): boolean =>
    finding.finding === 'failed'
      ? ifFailed === outcome
      : asks(finding) === outcome || (scored === outcome && finding.score > 0);
  return {
    owner,
    findings,
    score,
    outcome,
    grounds: enforced.filter((finding) => finding.finding !== 'missing' && explains(finding)),
  };
}

function findingsOf({ ruleSetId, owner, rules }: EnforcedRuleSet, bound: BoundFacts): readonly RuleFinding[] {
  return rules.flatMap(({ rule, evaluate }) => {
    const verdict = evaluate(bound);
    if (verdict.kind === 'does_not_hold') return [];
    const { ruleId, outcome, score, reason, mode } = rule;
    const detail = verdict.kind === 'holds' ? null : verdict.detail;
    return [{ ruleSetId, owner, ruleId, finding: verdict.kind, outcome, score, reason, mode, detail }];
  });
}

function byScore({ review, block }: Thresholds, score: number): RiskOutcome {
  if (block !== null && score >= block) return 'block';
  return review !== null && score >= review ? 'review' : 'approve';
}
