import { InvariantViolation } from '../../core/kernel';
import { CommandRefused } from '../../configuration/command-refused';
import { systemErrorCode } from '../../adapters/embedded/system-error-code';
import { tooFewDescriptors } from './file-descriptors';
import { PortTaken } from './listening-port';

/** Causes that are followed; more would be a chain that nobody reads. */
const maxCauses = 5;

/**
 * What ended a program, for the person who started it: what was refused and what failed outside, in sentences;
 * a defect with the place in the code, since somebody has to look there.
 */
export function failureInWords(error: unknown): string {
  if (error instanceof CommandRefused || error instanceof PortTaken) return error.message;
  if (!(error instanceof Error)) return String(error);
  const causes = causesOf(error);
  const code = causes.map(systemErrorCode).find((found) => found === 'EMFILE' || found === 'ENFILE');
  if (code !== undefined) return tooFewDescriptors(code);
  const defect = causes.find(isDefect);
  if (defect !== undefined) return defect.stack ?? defect.message;
  return causes.map(wordsOf).join('\n  because: ');
}

function causesOf(error: Error): readonly Error[] {
  const causes: Error[] = [];
  for (let next: unknown = error; next instanceof Error && causes.length < maxCauses; next = next.cause)
    causes.push(next);
  return causes;
}

const isDefect = (error: Error): boolean =>
  error instanceof InvariantViolation ||
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError;

/** A host with several addresses fails with one error for each, and no words of its own. */
const wordsOf = (error: Error): string =>
  error instanceof AggregateError && error.message === ''
    ? error.errors.map((part: unknown) => (part instanceof Error ? part.message : String(part))).join('; ')
    : error.message;
