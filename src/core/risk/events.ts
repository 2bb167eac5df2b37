import type { RuleSetId } from '../kernel';
import type { Rule, Thresholds } from './rule';

/** A rule set was written down. It never changes afterwards: another text is another set. */
export interface RuleSetSaved {
  readonly type: 'RuleSetSaved';
  readonly ruleSetId: RuleSetId;
  readonly rules: readonly Rule[];
  readonly thresholds: Thresholds;
  readonly note: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export type RuleSetEvent = RuleSetSaved;

/** From now on new charges are assessed by this set. */
export interface RuleSetActivated {
  readonly type: 'RuleSetActivated';
  readonly ruleSetId: RuleSetId;
  readonly activatedAt: number;
}

/** The set that was in force before is in force again, or none where there was none. */
export interface RuleSetRolledBack {
  readonly type: 'RuleSetRolledBack';
  readonly from: RuleSetId;
  readonly to: RuleSetId | null;
  readonly rolledBackAt: number;
}

export type EnforcementEvent = RuleSetActivated | RuleSetRolledBack;
