import { asciiUpper, holdsCardNumber } from '../../core/kernel';
import { escapePointer } from '../errors/json-pointer';
import { Problem } from '../errors/problem';

export interface ForbiddenText {
  readonly code: 'forbidden_character' | 'card_number_refused';
  /** JSON Pointer to the text, or to the member whose name it is. */
  readonly param: string;
  /** The character as U+XXXX; absent for a card number. */
  readonly character?: string;
}

/**
 * NUL ends texts in other programs, a lone surrogate has no UTF-8, and bidirectional controls make a text read
 * differently from what it is. @source Unicode Technical Report 36; CVE-2021-42574 (bidirectional overrides)
 */
const forbidden = /[\u0000\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** The first text in a parsed body that must not be stored; null when there is none. The depth is bounded before. */
export function findForbiddenText(value: unknown, pointer = ''): ForbiddenText | null {
  if (typeof value === 'string') return judge(value, pointer === '' ? '/' : pointer);
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const place = `${pointer}/${escapePointer(name)}`;
    const found = judge(name, place) ?? findForbiddenText(member, place);
    if (found !== null) return found;
  }
  return null;
}

function judge(text: string, param: string): ForbiddenText | null {
  const match = forbidden.exec(text);
  if (match !== null) {
    const code = match[0].codePointAt(0) ?? 0;
    const character = `U+${asciiUpper(code.toString(16)).padStart(4, '0')}`;
    return { code: 'forbidden_character', param: withoutForbidden(param), character };
  }
  return holdsCardNumber(text) ? { code: 'card_number_refused', param: withoutCard(param) } : null;
}

const everyForbidden = new RegExp(forbidden.source, 'gu');
/** A pointer is sent back, so it does not carry what it reports. */
const withoutForbidden = (pointer: string): string => pointer.replace(everyForbidden, '\uFFFD');
const withoutCard = (pointer: string): string =>
  holdsCardNumber(pointer) ? pointer.replace(/\p{N}/gu, '*') : pointer;

export function forbiddenTextProblem({ code, param, character }: ForbiddenText): Problem {
  const what =
    character === undefined
      ? 'what looks like a card number'
      : `${character}, which is not allowed in a text`;
  return new Problem({ code, param, detail: `${param} holds ${what}.` });
}
