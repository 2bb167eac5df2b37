import type { RiskFacts } from './facts';

/** Where an expression is wrong. Lines and columns count from 1. */
export interface RuleProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `missing`: the charge has no such fact. `failed`: the rule cannot be computed, as after an overflow. */
export type RuleVerdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'does_not_hold' }
  | { readonly kind: 'missing' | 'failed'; readonly detail: string };

/** Facts in the form that rules read, made once for all rules of one charge. */
export interface BoundFacts {
  readonly values: Readonly<Record<string, unknown>>;
}

export type EvaluateRule = (facts: BoundFacts) => RuleVerdict;

export type CompiledExpression =
  | { readonly ok: true; readonly evaluate: EvaluateRule; readonly cost: number }
  | { readonly ok: false; readonly problem: RuleProblem };

/** Turns the text of a rule into something that can be asked. It reads facts, and reaches nothing else. */
export interface RuleLanguage {
  compile(expression: string): CompiledExpression;
  bind(facts: RiskFacts): BoundFacts;
}
