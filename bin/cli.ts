import { createCommandLine } from '../src/compose/commands/command-line';
import { failureInWords } from '../src/compose/failure-in-words';

/** `npx fincore …`: what an operator does from the shell. Results go to stdout, remarks to stderr. */
const output = {
  print: (line: string) => console.log(line),
  tell: (line: string) => console.error(line),
};

createCommandLine(output, process.env)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(failureInWords(error));
    process.exitCode = 1;
  });
