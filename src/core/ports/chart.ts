import { assert } from '../kernel';
import type { ChartLine, Context } from './context';
import { joined } from './joined';

/** The chart of accounts of all contexts. */
export interface Chart {
  /** Of a code as entries carry it, for example `psp_receivable:stripe`; null for a code that no context has. */
  lineOf(code: string): ChartLine | null;
  /** By the code as the context wrote it, in the order of the contexts. */
  readonly lines: ReadonlyMap<string, ChartLine>;
}

/** `psp_receivable:<provider>` is the pattern of `psp_receivable:stripe`. */
const patternOf = (code: string): string => code.replace(/:.*$/, ':');

/** What may stand in the place of a pattern's parameter. */
const parameter = /^[a-z0-9_]{1,40}$/;

/** How a context may write a code: a name, with or without a parameter. */
const declaredCode = /^[a-z_]+(:<[a-z_]+>)?$/;

/** Joins the charts of contexts. */
export function chartOf(contexts: readonly Context[]): Chart {
  const lines = joined(
    'account',
    contexts.flatMap(({ chart }) => Object.entries(chart)),
  );
  for (const code of lines.keys())
    assert(
      declaredCode.test(code),
      `${code} is a name of an account, or one with a parameter in angle brackets`,
    );
  const patterns = joined(
    'account pattern',
    [...lines]
      .filter(([code]) => code.includes(':<'))
      .map(([code, line]) => [patternOf(code), line] as const),
  );
  return {
    lines,
    lineOf(code) {
      const colon = code.indexOf(':');
      if (colon < 0) return lines.get(code) ?? null;
      return parameter.test(code.slice(colon + 1)) ? (patterns.get(code.slice(0, colon + 1)) ?? null) : null;
    },
  };
}
