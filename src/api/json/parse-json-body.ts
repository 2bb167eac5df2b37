import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { findForbiddenText, forbiddenTextProblem } from './forbidden-text';
import { type JsonMeasure, maxJsonDepth, maxJsonMembers, maxJsonText, measureJson } from './measure-json';
import { commasIn, repeatedName } from './repeated-name';

/**
 * A request's bytes as a JSON value; undefined when there are none.
 * @throws Problem body_malformed, body_too_complex, forbidden_key, forbidden_character, card_number_refused,
 *   number_not_exact
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const measure = measureJson(bytes);
  refuseComplexity(measure);
  if (measure.needsTextCheck && !isUtf8(bytes))
    throw new Problem({ code: 'body_malformed', detail: 'The body is not valid UTF-8.' });
  const text = bytes.toString('utf8');
  const value = parseText(text);
  if (bytes.length > maxJsonText && textLength(value) > maxJsonText)
    throw new Problem({
      code: 'body_too_complex',
      detail: `The body has more than ${String(maxJsonText)} characters of text; at most ${String(maxJsonText)} are allowed.`,
    });
  const forbidden = measure.needsTextCheck ? findForbiddenText(value) : null;
  if (forbidden !== null) throw forbiddenTextProblem(forbidden);
  if (measure.commas !== commasIn(value)) refuseRepeatedName(text);
  // A number that stays fractional is reported by the schema, with its place; this one would pass, rounded.
  if (measure.inexactNumberAt !== null && !holdsFraction(value)) {
    const near = bytes.toString(
      'latin1',
      Math.max(0, measure.inexactNumberAt - 12),
      measure.inexactNumberAt + 8,
    );
    throw new Problem({
      code: 'number_not_exact',
      detail: `Near byte ${String(measure.inexactNumberAt)}, ${JSON.stringify(near.replace(/[^0-9.eE+-]/g, ' ').trim())} is written with a fraction or an exponent; write integers as plain digits.`,
    });
  }
  return value;
}

/** Programs differ in which value they take for a name that comes twice, and money must mean the same to all. */
function refuseRepeatedName(text: string): void {
  const name = repeatedName(text);
  const named = name === null ? 'a member' : `the member ${shownValue(name)}`;
  throw new Problem({
    code: 'body_malformed',
    detail: `The body has ${named} more than once; each name is allowed once.`,
  });
}

function refuseComplexity({ tooDeep, tooManyMembers }: JsonMeasure): void {
  if (tooDeep)
    throw new Problem({
      code: 'body_too_complex',
      detail: `The body is nested more than ${String(maxJsonDepth)} levels deep; at most ${String(maxJsonDepth)} are allowed.`,
    });
  if (tooManyMembers)
    throw new Problem({
      code: 'body_too_complex',
      detail: `The body has more than ${String(maxJsonMembers)} members; at most ${String(maxJsonMembers)} are allowed.`,
    });
}

function parseText(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxError && error.message.includes('prototype property'))
      throw new Problem({
        code: 'forbidden_key',
        detail: 'The body has a member named __proto__ or constructor.prototype.',
      });
    // The parser's own message quotes the body, which may hold what must not be repeated.
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const place = position === undefined ? 'before its end' : `at character ${position}`;
    throw new Problem({ code: 'body_malformed', detail: `The body is not JSON: reading stopped ${place}.` });
  }
}

const textLength = (value: unknown): number =>
  typeof value === 'string'
    ? value.length
    : typeof value !== 'object' || value === null
      ? 0
      : Object.entries(value).reduce((sum, [name, member]) => sum + name.length + textLength(member), 0);

const holdsFraction = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isInteger(value)
    : typeof value === 'object' && value !== null && Object.values(value).some(holdsFraction);
