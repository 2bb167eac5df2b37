import { type Clock, type RuleSetId, type TenantId, assert, operatorTenant } from '../../kernel';
import type { Journal } from '../../ports';
import type { EnforcedRuleSet, RuleSetOwner } from '../assess';
import type { RuleLanguage } from '../rule-language';
import { inForce } from '../rule-set';
import { findEnforcement, findRuleSet } from './find-rule-set';

/** The rules that new charges are assessed by. */
export interface RulesInForce {
  /** The platform's set before the merchant's, where they have one. @throws JournalUnavailable */
  of(tenant: TenantId): Promise<readonly EnforcedRuleSet[]>;
  /** What is in force may have changed: the next charge reads it again. */
  forget(owner: TenantId): void;
}

export interface RulesInForceOptions {
  readonly journal: Journal;
  readonly language: RuleLanguage;
  readonly clock: Clock;
  readonly createCache: <Value extends object>(size: number) => RuleCache<Value>;
  /** Owners whose rules are remembered. @default 10000 */
  readonly cacheSize?: number;
  /** After this time it is read again which set is in force: how long another process's change may take. @default 1000 */
  readonly maxAgeMs?: number;
}

/** The part of a bounded cache that is used here. */
export interface RuleCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
}

interface Reading {
  readonly beganAt: number;
  readonly set: Promise<EnforcedRuleSet | null>;
}

export function createRulesInForce(options: RulesInForceOptions): RulesInForce {
  const { journal, language, clock, maxAgeMs = 1_000, cacheSize = 10_000 } = options;
  const readings = options.createCache<Reading>(cacheSize);
  // A set never changes, so it is compiled once.
  const compiled = options.createCache<EnforcedRuleSet>(cacheSize);

  async function read(owner: TenantId): Promise<EnforcedRuleSet | null> {
    const ruleSetId = inForce(await findEnforcement(journal)(owner));
    if (ruleSetId === null) return null;
    const known = compiled.get(ruleSetId);
    if (known !== undefined) return known;
    const set = await compile(owner, ruleSetId);
    compiled.set(ruleSetId, set);
    return set;
  }

  async function compile(owner: TenantId, ruleSetId: RuleSetId): Promise<EnforcedRuleSet> {
    const saved = await findRuleSet(journal)(owner, ruleSetId);
    assert(saved !== null, `${ruleSetId} is in force, so it was saved`);
    const kind: RuleSetOwner = owner === operatorTenant ? 'platform' : 'merchant';
    return {
      ruleSetId,
      owner: kind,
      thresholds: saved.thresholds,
      rules: saved.rules.map((rule) => {
        const expression = language.compile(rule.expression);
        // It could be read when it was saved. A rule that a newer program cannot read holds the charge for review.
        const evaluate = expression.ok
          ? expression.evaluate
          : () => ({ kind: 'failed', detail: expression.problem.message }) as const;
        return { rule, evaluate };
      }),
    };
  }

  function setOf(owner: TenantId): Promise<EnforcedRuleSet | null> {
    const known = readings.get(owner);
    const nowMs = clock();
    const ageMs = known === undefined ? Infinity : nowMs - known.beganAt;
    // A clock that was set back must not keep a set in force.
    if (known !== undefined && ageMs >= 0 && ageMs < maxAgeMs) return known.set;
    const reading: Reading = { beganAt: nowMs, set: read(owner) };
    readings.set(owner, reading);
    reading.set.catch(() => {
      if (readings.get(owner) === reading) readings.delete(owner);
    });
    return reading.set;
  }

  return {
    async of(tenant) {
      const sets = await Promise.all([setOf(operatorTenant), setOf(tenant)]);
      return sets.filter((set) => set !== null);
    },
    forget: (owner) => readings.delete(owner),
  };
}
