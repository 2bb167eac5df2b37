import { type ASTNode, Environment, type EvaluationError, type ParseError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import {
  type CompiledExpression,
  type EvaluateRule,
  type FactType,
  type RiskFacts,
  type RuleLanguage,
  type RuleProblem,
  factTypes,
  maxExpressionCharacters,
} from '../../core/risk';
import type { Json } from '../../core/kernel';

/** What one rule may be made of. */
const limits = {
  maxAstNodes: 400,
  maxDepth: 24,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 8,
};

/** Compiled patterns that are kept: rules name few. */
const maxPatterns = 2_000;
const maxPatternCharacters = 500;

/** In each nested loop the cost multiplies, and a merchant's metadata is the longest thing to walk. */
const maxLoops = 1;
const maxMetadataKeys = 50;

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

const celTypes: Readonly<Record<FactType, string>> = {
  int: 'int',
  string: 'string',
  bool: 'bool',
  map: 'map<string, string>',
};

/**
 * The Common Expression Language over the facts of a charge. A rule reads facts and nothing else: no clock, no network,
 * no loop in a loop. Patterns are RE2's, whose time grows with the text alone; the language's own `matches` is
 * JavaScript's, which can take minutes, and is refused.
 * @source https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */
export function createRuleLanguage(): RuleLanguage {
  const environment = environmentOf();
  return {
    compile: (expression) => compile(environment, expression),
    bind: (facts) => ({ values: boundValues(facts) }),
  };
}

function environmentOf(): Environment {
  const environment = new Environment({ limits });
  for (const [name, group] of Object.entries(factTypes)) {
    const schema = Object.fromEntries(
      Object.entries<FactType>(group).map(([fact, type]) => [fact, celTypes[type]]),
    );
    environment.registerVariable({ name, schema });
  }
  const patterns = new Map<string, RE2JS>();
  environment.registerFunction('string.re2(string): bool', (text: string, pattern: string) => {
    let compiled = patterns.get(pattern);
    if (compiled === undefined) {
      compiled = compilePattern(pattern);
      if (patterns.size >= maxPatterns) patterns.clear();
      patterns.set(pattern, compiled);
    }
    return compiled.matcher(text).find();
  });
  return environment;
}

function compile(environment: Environment, expression: string): CompiledExpression {
  const wrong = (problem: RuleProblem): CompiledExpression => ({ ok: false, problem });
  if (expression.length > maxExpressionCharacters)
    return wrong({
      line: 1,
      column: 1,
      message: `it has more than ${String(maxExpressionCharacters)} characters.`,
    });
  try {
    const parsed = environment.parse(expression);
    const forbidden = findForbidden(parsed.ast, expression, 0);
    if (forbidden !== null) return wrong(forbidden);
    const checked = parsed.check();
    if (!checked.valid) return wrong(problemOf(checked.error, expression));
    if (checked.type !== 'bool')
      return wrong({
        line: 1,
        column: 1,
        message: `it answers ${String(checked.type)}; true or false is expected.`,
      });
    return { ok: true, evaluate: evaluating(parsed), cost: costOf(parsed.ast) };
  } catch (error) {
    return wrong(problemOf(error, expression));
  }
}

const evaluating =
  (parsed: ReturnType<Environment['parse']>): EvaluateRule =>
  ({ values }) => {
    try {
      return parsed(values) === true ? { kind: 'holds' } : { kind: 'does_not_hold' };
    } catch (error) {
      const { code, summary } = error as Partial<EvaluationError>;
      const isMissing = code === 'no_such_key' || code === 'unknown_variable';
      return { kind: isMissing ? 'missing' : 'failed', detail: summary ?? messageOf(error) };
    }
  };

/** @throws for a pattern that cannot be read, or is too long */
function compilePattern(pattern: string): RE2JS {
  if (pattern.length > maxPatternCharacters)
    throw new Error(`it has more than ${String(maxPatternCharacters)} characters`);
  return RE2JS.compile(pattern);
}

/** Each part of the expression once, and those of a loop as often as metadata may have keys. */
function costOf(node: ASTNode): number {
  const isLoop = (node.op === 'rcall' || node.op === 'call') && loops.has(node.args[0]);
  const inner = costOfParts(node.args);
  return 1 + (isLoop ? inner * maxMetadataKeys : inner);
}

function costOfParts(parts: unknown): number {
  if (Array.isArray(parts)) return parts.reduce<number>((total, part) => total + costOfParts(part), 0);
  return isNode(parts) ? costOf(parts) : 0;
}

/** A call of `matches`, a pattern that cannot be read, or a loop in a loop. */
function findForbidden(node: ASTNode, expression: string, depth: number): RuleProblem | null {
  const at = (message: string): RuleProblem => ({ ...placeIn(expression, node.pos), message });
  if (node.op === 'rcall' || node.op === 'call') {
    const [name] = node.args;
    if (name === 'matches')
      return at('matches is not allowed; use re2, for example charge.description.re2("^gift").');
    if (name === 're2') {
      const pattern = node.op === 'rcall' ? node.args[2][0] : node.args[1][1];
      if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
        return at('the pattern of re2 must be a text in quotes.');
      try {
        compilePattern(pattern.args);
      } catch (error) {
        return at(`the pattern cannot be read: ${messageOf(error)}.`);
      }
    }
    if (loops.has(name) && depth >= maxLoops) return at(`${name} stands in another loop; one is allowed.`);
    const inner = loops.has(name) ? depth + 1 : depth;
    return firstForbidden(node.args, expression, inner);
  }
  return firstForbidden(node.args, expression, depth);
}

function firstForbidden(args: unknown, expression: string, depth: number): RuleProblem | null {
  if (Array.isArray(args)) {
    for (const each of args) {
      const found = firstForbidden(each, expression, depth);
      if (found !== null) return found;
    }
    return null;
  }
  return isNode(args) ? findForbidden(args, expression, depth) : null;
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

function problemOf(error: unknown, expression: string): RuleProblem {
  const { range, summary } = error as Partial<ParseError>;
  return { ...placeIn(expression, range?.start ?? 0), message: `${summary ?? messageOf(error)}.` };
}

function placeIn(expression: string, at: number): { readonly line: number; readonly column: number } {
  const before = expression.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whole numbers are BigInt there. */
function boundValues(facts: RiskFacts): Readonly<Record<string, unknown>> {
  const bound = (value: Json | undefined): unknown => (typeof value === 'number' ? BigInt(value) : value);
  return Object.fromEntries(
    Object.keys(factTypes).map((group) => [
      group,
      Object.fromEntries(Object.entries(facts[group] ?? {}).map(([name, value]) => [name, bound(value)])),
    ]),
  );
}
