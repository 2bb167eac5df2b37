import { CommanderError } from 'commander';
import { WrongUsage } from '../configuration/command-refused';

/** The command was understood and failed. */
const failure = 1;
/** The command line is wrong: nothing was tried. */
const wrongUsage = 2;

/** The exit code for what ended a command line. Help and version end commander with an error of code 0. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
  return error instanceof WrongUsage ? wrongUsage : failure;
}
