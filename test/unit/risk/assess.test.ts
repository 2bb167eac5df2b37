import { createRuleLanguage } from '../../../src/adapters/cel/rule-language';
import type { RuleSetId } from '../../../src/core/kernel';
import { type EnforcedRuleSet, type Rule, type RuleSetOwner, assess } from '../../../src/core/risk';

const language = createRuleLanguage();
const facts = { charge: { amount: 1_000, currency: 'EUR' } };
const always = 'charge.amount > 0';
const never = 'charge.amount < 0';

const rule = (ruleId: string, change: Partial<Rule> = {}): Rule => ({
  ruleId,
  expression: always,
  outcome: 'score',
  score: 0,
  reason: ruleId,
  mode: 'enforce',
  ...change,
});

function ruleSet(
  owner: RuleSetOwner,
  rules: readonly Rule[],
  thresholds: EnforcedRuleSet['thresholds'] = { review: null, block: null },
): EnforcedRuleSet {
  return {
    ruleSetId: `rs_${owner}` as RuleSetId,
    owner,
    thresholds,
    rules: rules.map((each) => {
      const compiled = language.compile(each.expression);
      if (!compiled.ok) throw new Error(compiled.problem.message);
      return { rule: each, evaluate: compiled.evaluate };
    }),
  };
}

const decide = (...sets: readonly EnforcedRuleSet[]) => assess(sets, facts, language.bind(facts));

test('where no rule holds the charge is approved', () => {
  expect(decide(ruleSet('merchant', [rule('a', { expression: never, outcome: 'block' })]))).toMatchObject({
    outcome: 'approve',
    score: 0,
    reasons: [],
    findings: [],
  });
});

test('the sternest rule counts, and its reason alone is given', () => {
  const decision = decide(
    ruleSet('merchant', [rule('b', { outcome: 'block' }), rule('c', { outcome: 'review' })]),
  );
  expect([decision.outcome, decision.reasons]).toEqual(['block', ['b']]);
});

test("allow sets the merchant's other rules aside, and never the platform's", () => {
  const merchant = ruleSet('merchant', [rule('a', { outcome: 'allow' }), rule('b', { outcome: 'block' })]);
  expect(decide(merchant).outcome).toBe('approve');
  expect(decide(ruleSet('platform', [rule('p', { outcome: 'block' })]), merchant)).toMatchObject({
    outcome: 'block',
    reasons: ['p'],
  });
});

test('the scores of a set count together, against its own thresholds', () => {
  const scoring = (score: number) =>
    decide(ruleSet('merchant', [rule('a', { score: 30 }), rule('b', { score })], { review: 50, block: 80 }));
  expect([19, 20, 49, 50].map((score) => scoring(score).outcome)).toEqual([
    'approve',
    'review',
    'review',
    'block',
  ]);
  expect(scoring(50)).toMatchObject({ score: 80, reasons: ['a', 'b'] });
});

test("no score of a merchant changes what the platform's set says, nor the other way about", () => {
  const platform = (score: number) =>
    ruleSet('platform', [rule('p', { score })], { review: null, block: 50 });
  const merchant = (score: number) =>
    ruleSet('merchant', [rule('m', { score })], { review: 50, block: null });
  expect(decide(platform(90), merchant(-1_000))).toMatchObject({ outcome: 'block', reasons: ['p'] });
  expect(decide(platform(40), merchant(40))).toMatchObject({ outcome: 'approve', score: 40 });
});

test('a rule of the platform that cannot be computed blocks: no merchant could be asked to release it', () => {
  const failing = rule('p', { expression: '1 / (charge.amount - 1000) > 0', outcome: 'score', score: 1 });
  expect(decide(ruleSet('platform', [failing]))).toMatchObject({ outcome: 'block', reasons: ['p'] });
});

test('a rule in shadow is recorded, and nothing follows from it', () => {
  const decision = decide(
    ruleSet('merchant', [rule('a', { outcome: 'block', score: 90, mode: 'shadow' })], {
      review: 1,
      block: 2,
    }),
  );
  expect(decision).toMatchObject({
    outcome: 'approve',
    score: 0,
    findings: [{ ruleId: 'a', finding: 'holds', mode: 'shadow' }],
  });
});

test('a rule that lacks its fact says so; one that failed holds the charge for review', () => {
  const missing = rule('a', { expression: 'charge.customer == "x"', outcome: 'block' });
  expect(decide(ruleSet('merchant', [missing]))).toMatchObject({
    outcome: 'approve',
    findings: [{ ruleId: 'a', finding: 'missing', detail: 'No such key: customer' }],
  });
  const failed = rule('b', { expression: '1 / (charge.amount - 1000) > 0', outcome: 'block' });
  expect(decide(ruleSet('merchant', [failed]))).toMatchObject({
    outcome: 'review',
    reasons: ['b'],
    findings: [{ ruleId: 'b', finding: 'failed' }],
  });
});

test('the facts and findings that are recorded give the same decision again', () => {
  const sets = [
    ruleSet('platform', [rule('p', { score: 30 })]),
    ruleSet('merchant', [rule('m', { outcome: 'review' })], { review: 30, block: null }),
  ];
  const decision = decide(...sets);
  const stored = JSON.parse(JSON.stringify(decision)) as typeof decision;
  expect(assess(sets, stored.facts, language.bind(stored.facts))).toEqual(stored);
});
