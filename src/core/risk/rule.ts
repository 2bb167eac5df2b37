/**
 * What follows when a rule holds, the mildest first. `score` only adds to the score; `allow` lets the charge pass the
 * other rules of the merchant, never those of the platform.
 */
export const ruleOutcomes = ['score', 'allow', 'review', 'block'] as const;
export type RuleOutcome = (typeof ruleOutcomes)[number];

/** `shadow`: what the rule would have done is recorded, and nothing follows from it. */
export type RuleMode = 'enforce' | 'shadow';

export interface Rule {
  /** The merchant's own name for it, unique in its set. */
  readonly ruleId: string;
  /** In CEL, over the facts of `factTypes`; it answers true or false. */
  readonly expression: string;
  readonly outcome: RuleOutcome;
  /** Added to the charge's score when the rule holds. */
  readonly score: number;
  /** A word for merchants' programs, for example `amount_unusual`. */
  readonly reason: string;
  readonly mode: RuleMode;
}

/** From which score on a charge is held or blocked; null for never. */
export interface Thresholds {
  readonly review: number | null;
  readonly block: number | null;
}

/** As many as one request holds: see `maxJsonMembers`. */
export const maxRules = 80;
export const maxExpressionCharacters = 2_000;
export const maxScore = 1_000;

/**
 * The most that the rules of one set may cost together: a part of an expression costs 1, and 50 in a loop, because that is
 * how many keys metadata has. So much takes a few milliseconds at most.
 */
export const maxRuleSetCost = 10_000;
