import { Command, InvalidArgumentError } from 'commander';
import { faultKinds } from './faults';
import { noMutation } from './mutation';
import { type Reduction, nothingLeftOut, plannedFaults } from './plan';
import { shrink } from './shrink';
import { type SimulationResult, simulate } from './simulation';

interface Options {
  readonly seed: number;
  readonly seeds: number;
  readonly minutes?: number;
  readonly withoutFaults: Reduction['withoutFaults'];
  readonly withoutSessions: readonly number[];
  readonly trace: boolean;
}

/** What the ids of a run can hold; see createSeededIds. */
const mostSeed = 2 ** 30 - 2;
const reportEveryMs = 30_000;
const shownTraceLines = 400;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(options: Options): Promise<void> {
  const reduction: Reduction = {
    withoutFaults: options.withoutFaults,
    withoutSessions: options.withoutSessions,
  };
  const begunMs = performance.now();
  const endsMs = options.minutes === undefined ? Infinity : begunMs + options.minutes * 60_000;
  const count = options.minutes === undefined ? options.seeds : mostSeed - options.seed;
  let reportedMs = begunMs;
  let steps = 0;
  let events = 0;
  let done = 0;
  for (; done < count && performance.now() < endsMs; done += 1) {
    const result = await simulate({ seed: options.seed + done, reduction });
    steps += result.steps;
    events += result.events;
    if (result.violations.length > 0) return showFailure(result, reduction);
    if (options.trace) result.trace.forEach(say);
    if (performance.now() - reportedMs > reportEveryMs) {
      reportedMs = performance.now();
      say(`… seed ${String(options.seed + done)}, all invariants hold so far`);
    }
  }
  const seconds = (performance.now() - begunMs) / 1_000;
  const processorSeconds = process.cpuUsage().user / 1_000_000;
  say(`${String(done)} seeds from ${String(options.seed)}: all invariants hold.`);
  say(`${String(steps)} steps, ${String(events)} events.`);
  say(`${seconds.toFixed(1)} s, ${String(perMinute(done, seconds))} seeds a minute.`);
  say(
    `${processorSeconds.toFixed(1)} s of processor time, ${String(perMinute(done, processorSeconds))} seeds a minute of it.`,
  );
}

const perMinute = (seeds: number, seconds: number): number => Math.round((seeds / seconds) * 60);

async function showFailure(failed: SimulationResult, given: Reduction): Promise<void> {
  process.exitCode = 1;
  say(`seed ${String(failed.seed)} breaks what must hold:`);
  failed.violations.forEach((violation) => say(`  ${violation}`));
  const isReduced = given !== nothingLeftOut && given.withoutFaults.length + given.withoutSessions.length > 0;
  const { result, reduction } = isReduced
    ? { result: failed, reduction: given }
    : await shrink(failed, () => noMutation);
  say(`the shortest trace found, ${String(result.trace.length)} lines:`);
  result.trace.slice(-shownTraceLines).forEach((line) => say(`  ${line}`));
  result.violations.forEach((violation) => say(`  ${violation}`));
  say(`trace hash ${result.traceHash}`);
  say(`replay: npm run simulate -- --seed ${String(failed.seed)} --seeds 1${flagsOf(reduction)}`);
}

function flagsOf({ withoutFaults, withoutSessions }: Reduction): string {
  const faults = withoutFaults.length === 0 ? '' : ` --without-faults ${withoutFaults.join(',')}`;
  const sessions = withoutSessions.length === 0 ? '' : ` --without-sessions ${withoutSessions.join(',')}`;
  return faults + sessions;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > mostSeed)
    throw new InvalidArgumentError(
      `received "${text}"; allowed are whole numbers up to ${String(mostSeed)}.`,
    );
  return value;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`received "${text}"; allowed are numbers above 0.`);
  return value;
}

const leavable = [...faultKinds, ...plannedFaults];

const faultNames = (text: string): Reduction['withoutFaults'] =>
  text.split(',').map((name) => {
    const kind = leavable.find((known) => known === name);
    if (kind === undefined)
      throw new InvalidArgumentError(`received "${name}"; allowed are ${leavable.join(', ')}.`);
    return kind;
  });

const command = new Command('simulate')
  .description('Runs the payments platform on memory adapters under seeded faults, and audits the books.')
  .option('--seed <number>', 'the first seed', wholeNumber, 1)
  .option('--seeds <number>', 'how many seeds', wholeNumber, 1_000)
  .option('--minutes <number>', 'run for so long, instead of a number of seeds', minutes)
  .option('--without-faults <names>', 'leave faults out, as a replay does', faultNames, [])
  .option(
    '--without-sessions <indexes>',
    'leave clients out, as a replay does',
    (text: string) => text.split(',').map(wholeNumber),
    [],
  )
  .option('--trace', 'print what happened', false);

void main(command.parse().opts<Options>());
