import { createRuleLanguage } from '../../../src/adapters/cel/rule-language';
import { type RiskFacts, factsOf } from '../../../src/core/risk';

const language = createRuleLanguage();

const facts: RiskFacts = factsOf(
  {
    amountMinor: 150_000n,
    currency: 'EUR',
    customerReference: null,
    description: 'gift card 100',
    captureMethod: 'automatic',
    paymentToken: 'pm_card_visa',
    livemode: false,
    metadata: { order: '4711' },
    createdAt: Date.UTC(2026, 10, 29, 23, 30),
  },
  'mer_1',
);

function verdict(expression: string) {
  const compiled = language.compile(expression);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.evaluate(language.bind(facts));
}

test.each([
  ['charge.amount > 100000 && charge.currency == "EUR"', 'holds'],
  ['charge.amount > 150000', 'does_not_hold'],
  ['charge.metadata["order"] == "4711"', 'holds'],
  ['"order" in charge.metadata', 'holds'],
  ['charge.description.re2("^gift")', 'holds'],
  ['charge.token_kind == "payment_method" && !charge.livemode', 'holds'],
  ['time.weekday == 7 && time.hour >= 23', 'holds'],
  ['has(charge.customer) && charge.customer == "x"', 'does_not_hold'],
])('%s: %s', (expression, kind) => {
  expect(verdict(expression).kind).toBe(kind);
});

test.each(['charge.customer == "x"', 'charge.metadata["nothing"] == "x"'])(
  '%s asks for what the charge has not, and says so',
  (expression) => {
    expect(verdict(expression)).toMatchObject({
      kind: 'missing',
      detail: expect.stringContaining('No such key') as string,
    });
  },
);

test.each([
  ['9223372036854775807 + charge.amount > 0', 'integer overflow'],
  ['charge.amount / (charge.amount - 150000) > 1', 'division by zero'],
])('%s cannot be computed, and says so', (expression, detail) => {
  expect(verdict(expression)).toMatchObject({
    kind: 'failed',
    detail: expect.stringContaining(detail) as string,
  });
});

test.each([
  ['charge.amount >', 1, 16, 'Unexpected token'],
  ['charge.amount\n  > charge.curency', 2, 12, 'No such key: curency'],
  ['charge.amount + "x" == 1', 1, 1, 'no such overload'],
  ['constructor', 1, 1, 'Unknown variable'],
  ['process.exit()', 1, 1, 'Unknown variable'],
  ['charge.amount', 1, 1, 'it answers int'],
  ['charge.description.matches("^(a+)+$")', 1, 1, 'matches is not allowed'],
  ['charge.description.re2("(")', 1, 1, 'the pattern cannot be read'],
  [`charge.description.re2("${'a'.repeat(501)}")`, 1, 1, 'it has more than 500 characters'],
  ['charge.description.re2(charge.customer)', 1, 1, 'the pattern of re2 must be a text in quotes'],
  ['[1, 2].all(x, [1, 2].all(y, x + y > 0))', 1, 15, 'stands in another loop'],
])('%s is refused with the place', (expression, line, column, message) => {
  const compiled = language.compile(expression);
  expect(compiled).toMatchObject({
    ok: false,
    problem: { line, column, message: expect.stringContaining(message) as string },
  });
});

test('a rule is bounded in length, depth and number of parts', () => {
  const long = `charge.amount > ${'1'.repeat(2_000)}`;
  const deep = `${'('.repeat(40)}true${')'.repeat(40)}`;
  const wide = Array.from({ length: 300 }, () => 'charge.livemode').join(' || ');
  for (const expression of [long, deep, wide]) expect(language.compile(expression).ok).toBe(false);
});

test('a pattern that would take minutes elsewhere takes none here', () => {
  const compiled = language.compile('charge.description.re2("^(a+)+$")');
  if (!compiled.ok) throw new Error(compiled.problem.message);
  const hostile = { ...facts, charge: { ...facts['charge'], description: `${'a'.repeat(900)}!` } };
  expect(compiled.evaluate(language.bind(hostile))).toEqual({ kind: 'does_not_hold' });
});

test('a part costs 1, and 50 in a loop', () => {
  const cost = (expression: string) => {
    const compiled = language.compile(expression);
    return compiled.ok ? compiled.cost : null;
  };
  const plain = cost('charge.amount > 5') ?? 0;
  expect(plain).toBeLessThan(10);
  expect(cost('charge.metadata.exists(key, key == "x")')).toBeGreaterThan(50 * 3);
});
