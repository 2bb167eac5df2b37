import type { Command } from 'commander';

export const shells = ['bash', 'zsh'] as const;
export type Shell = (typeof shells)[number];

/** A script for the shell that completes commands, options and the values of options, without starting FinCore. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program);
  const choices = choicesOf(program);
  const script = `_fincore() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place='${program.name()}' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$place \${COMP_WORDS[index]}" in
      ${patterns(places.map(({ place }) => place).filter((place) => place !== program.name()))}) place="$place \${COMP_WORDS[index]}" ;;
    esac
  done
  case "$place" in
${places.map(({ place, words }) => `    '${place}') words='${words.join(' ')}' ;;`).join('\n')}
  esac
  case "$place $previous" in
${choices.map(({ place, option, values }) => `    '${place} ${option}') words='${values.join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _fincore ${program.name()}`;
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

interface Place {
  /** The words so far, for example `fincore jobs`. */
  readonly place: string;
  readonly words: readonly string[];
}

function placesOf(command: Command, place = command.name()): readonly Place[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const options = help.visibleOptions(command).flatMap(({ long }) => long ?? []);
  const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [
    { place, words: [...children.map((child) => child.name()), ...values, ...options] },
    ...children.flatMap((child) => placesOf(child, `${place} ${child.name()}`)),
  ];
}

interface Choices {
  readonly place: string;
  readonly option: string;
  readonly values: readonly string[];
}

const choicesOf = (command: Command, place = command.name()): readonly Choices[] => [
  ...command.options.flatMap(({ long, argChoices }) =>
    long === undefined || argChoices === undefined ? [] : [{ place, option: long, values: argChoices }],
  ),
  ...command.commands.flatMap((child) => choicesOf(child, `${place} ${child.name()}`)),
];

const patterns = (places: readonly string[]): string => places.map((place) => `'${place}'`).join(' | ');
