import type { Check } from './evidence';

/** Digits that stand alone, as long as a card number and beginning like one. */
const candidates = /(?<![\w.])[2-6]\d{12,18}(?!\w)/g;

/** Invariant 12: no card number where it would be kept. */
export const checkCardNumbers: Check = ({ events, asked, books }) => {
  const kept: readonly (readonly [string, unknown])[] = [
    ['the journal', events],
    ['an answer', asked.map(({ answer }) => answer)],
    ['a job', books.queue.jobs()],
    ['the audit', books.audit.effects()],
    ['PaymentDB', [...books.payments.rows.charges.values()]],
  ];
  return kept.flatMap(([place, value]) => {
    const numbers = textOf(value).match(candidates) ?? [];
    return numbers.some(isLuhn) ? [`[12] ${place} holds a card number`] : [];
  });
};

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? `${part.toString()}n` : part));

/** @source ISO/IEC 7812-1, annex B */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
