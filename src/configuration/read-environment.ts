import { CommandRefused } from './command-refused';
import type { Environment } from './configuration';
import { type AwsEntries, type AwsVariable, awsEntries } from './environment-entries';

/** What some variables hold, parsed. */
export type EnvironmentOf<Variable extends AwsVariable> = {
  readonly [Name in Variable]: AwsEntries[Name]['default'];
};

/** Which variables a program cannot start without, and which it also understands. */
export interface EnvironmentNeeds<Needed extends AwsVariable, Known extends AwsVariable> {
  /** Who needs them, as messages name it: `the worker`. */
  readonly program: string;
  readonly needed: readonly Needed[];
  readonly known: readonly Known[];
}

/** The values of the variables that a program needs and knows. */
export type EnvironmentFor<
  Lists extends { readonly needed: readonly AwsVariable[]; readonly known: readonly AwsVariable[] },
> = EnvironmentOf<Lists['needed'][number] | Lists['known'][number]>;

const shownCharacters = 100;

/**
 * Reads the environment of a program of this stage. All problems are reported at once; an empty value counts as not set.
 * @throws CommandRefused with a sentence for each problem: the variable, what it holds, and what it must be
 */
export function readEnvironment<Needed extends AwsVariable, Known extends AwsVariable>(
  { program, needed, known }: EnvironmentNeeds<Needed, Known>,
  environment: Environment,
): EnvironmentOf<Needed | Known> {
  const problems: string[] = [];
  const values: Partial<Record<AwsVariable, unknown>> = {};
  for (const name of [...needed, ...known] as readonly AwsVariable[]) {
    const entry = awsEntries[name];
    const received = valueOf(environment, name);
    if (received === '') {
      values[name] = entry.default;
      if ((needed as readonly AwsVariable[]).includes(name))
        problems.push(
          `${name} is not set; it must be ${entry.allowed}. The stack of the stage sets it: deploy it again.`,
        );
      continue;
    }
    const parsed = entry.parse(received);
    if (parsed.ok) values[name] = parsed.value;
    else problems.push(`${name} is ${shown(entry.isSecret, received)}; it must be ${entry.allowed}.`);
  }
  if (values.FINCORE_DATABASE_AUTH === 'password' && values.FINCORE_DATABASE_SECRET_ARN === '')
    problems.push(
      `FINCORE_DATABASE_SECRET_ARN is not set; with FINCORE_DATABASE_AUTH=password it must be ${awsEntries.FINCORE_DATABASE_SECRET_ARN.allowed}.`,
    );
  if (problems.length > 0)
    throw new CommandRefused(
      [`${program} cannot start with this environment:`, ...problems.map((problem) => `  ${problem}`)].join(
        '\n',
      ),
    );
  return values as EnvironmentOf<Needed | Known>;
}

/** Lambda and ECS say the region in a variable of their own. */
function valueOf(environment: Environment, name: AwsVariable): string {
  const value = environment[name] ?? '';
  return name === 'FINCORE_REGION' && value === '' ? (environment['AWS_REGION'] ?? '') : value;
}

const shown = (isSecret: boolean, received: string): string =>
  isSecret
    ? `a hidden value of ${String(received.length)} characters`
    : JSON.stringify(received.length > shownCharacters ? `${received.slice(0, shownCharacters)}…` : received);
