import { CommanderError } from 'commander';
import { createCommandLine } from '../src/cli/command-line';
import { exitCodeOf } from '../src/cli/exit-code';
import { failureInWords } from '../src/operations/process/failure-in-words';
import { cloud } from './cloud';

/** `npx fincore …`: what an operator does from the shell. Results go to stdout, remarks to stderr. */
const output = {
  print: (line: string) => console.log(line),
  tell: (line: string) => console.error(line),
};

createCommandLine(output, process.env, cloud)
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has printed its own message by then.
    if (!(error instanceof CommanderError)) console.error(failureInWords(error));
    process.exitCode = exitCodeOf(error);
  });
