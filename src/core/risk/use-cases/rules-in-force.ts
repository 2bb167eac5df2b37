import { type Clock, type RuleSetId, type TenantId, assert, operatorTenant } from '../../kernel';
import type { Journal } from '../../ports';
import type { EnforcedRuleSet } from '../assess';
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
  /** Holds what owners have in force, by owner. */
  readonly cache: RuleCache;
  /** After this time it is read again which set is in force: how long another process's change may take. @default 1000 */
  readonly maxAgeMs?: number;
}

/** What is remembered of one owner. */
export interface RememberedRules {
  readonly beganAt: number;
  readonly set: Promise<EnforcedRuleSet | null>;
  /** Of all expressions: what a compiled set takes grows with them. */
  readonly characters: number;
}

/** Bounded by the characters of what it holds, or one merchant could fill the memory with sets. */
export interface RuleCache {
  get(owner: TenantId): RememberedRules | undefined;
  set(owner: TenantId, rules: RememberedRules): unknown;
  delete(owner: TenantId): unknown;
}

export function createRulesInForce(options: RulesInForceOptions): RulesInForce {
  const { journal, language, clock, cache, maxAgeMs = 1_000 } = options;

  async function read(
    owner: TenantId,
    before: Promise<EnforcedRuleSet | null> | undefined,
  ): Promise<EnforcedRuleSet | null> {
    const ruleSetId = inForce(await findEnforcement(journal)(owner));
    if (ruleSetId === null) return null;
    // A set never changes, so it is compiled once.
    const known = await before?.catch(() => null);
    return known?.ruleSetId === ruleSetId ? known : compile(owner, ruleSetId);
  }

  async function compile(owner: TenantId, ruleSetId: RuleSetId): Promise<EnforcedRuleSet> {
    const saved = await findRuleSet(journal)(owner, ruleSetId);
    assert(saved !== null, `${ruleSetId} is in force, so it was saved`);
    return {
      ruleSetId,
      owner: owner === operatorTenant ? 'platform' : 'merchant',
      thresholds: saved.thresholds,
      rules: saved.rules.map((rule) => {
        const expression = language.compile(rule.expression);
        // It could be read when it was saved. One that a newer program cannot read counts as failed.
        const evaluate = expression.ok
          ? expression.evaluate
          : () => ({ kind: 'failed', detail: expression.problem.message }) as const;
        return { rule, evaluate };
      }),
    };
  }

  function setOf(owner: TenantId): Promise<EnforcedRuleSet | null> {
    const known = cache.get(owner);
    const nowMs = clock();
    const ageMs = known === undefined ? Infinity : nowMs - known.beganAt;
    // A clock that was set back must not keep a set in force.
    if (known !== undefined && ageMs >= 0 && ageMs < maxAgeMs) return known.set;
    const reading: RememberedRules = {
      beganAt: nowMs,
      set: read(owner, known?.set),
      characters: known?.characters ?? 0,
    };
    cache.set(owner, reading);
    reading.set.then(
      (set) => {
        if (cache.get(owner) === reading) cache.set(owner, { ...reading, characters: charactersOf(set) });
      },
      () => {
        if (cache.get(owner) === reading) cache.delete(owner);
      },
    );
    return reading.set;
  }

  return {
    async of(tenant) {
      const sets = await Promise.all([setOf(operatorTenant), setOf(tenant)]);
      return sets.filter((set) => set !== null);
    },
    forget: (owner) => cache.delete(owner),
  };
}

const charactersOf = (set: EnforcedRuleSet | null): number =>
  set?.rules.reduce((total, { rule }) => total + rule.expression.length, 0) ?? 0;
