import { createCommandLine } from '../src/cli/command-line';
import { failureInWords } from '../src/compose/failure-in-words';
import { cloud } from './cloud';

/** `npx fincore …`: what an operator does from the shell. Results go to stdout, remarks to stderr. */
const output = {
  print: (line: string) => console.log(line),
  tell: (line: string) => console.error(line),
};

createCommandLine(output, process.env, cloud)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(failureInWords(error));
    process.exitCode = 1;
  });
