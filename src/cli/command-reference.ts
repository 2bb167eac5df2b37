import type { Command, Help } from 'commander';

const columns = 100;

const head = `# Command line

\`npx fincore <command>\` in the project folder. It finds the installation as \`npm start\` does, by \`FINCORE_DATA_DIR\` or
\`DATABASE_URL\` ([configuration](configuration.md)), and works whether that runs or not: a running database is
joined, otherwise the embedded one is started for the time of the command. Where there is no installation yet, only
\`merchant create\` and \`restore\` make one. Results go to standard output, remarks to standard error. With \`--json\`
each result is one line of JSON.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | understood and failed, refused, or a fault was found; the message says why |
| 2 | the command line is wrong; nothing was tried, and the message says what was received and what is allowed |

\`source <(npx fincore completion bash)\` in your shell's start-up file completes commands and options; with
\`alias fincore='npx fincore'\` also in a project that has FinCore installed locally.

This page is generated: \`npm run docs\` writes it from the help of the commands.
`;

/** The text of docs/reference/cli.md. */
export function commandReference(program: Command): string {
  return `${head}${leavesOf(program).map(section).join('')}`;
}

export interface Leaf {
  readonly words: string;
  readonly command: Command;
}

/** The commands that do something, in the order of the help, without the hidden ones. */
export function leavesOf(command: Command, words = command.name()): readonly Leaf[] {
  const help: Help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  if (children.length === 0) return [{ words, command }];
  return children.flatMap((child) => leavesOf(child, `${words} ${child.name()}`));
}

function section({ words, command }: Leaf): string {
  command.configureHelp({ helpWidth: columns });
  return `\n## ${words}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
}
