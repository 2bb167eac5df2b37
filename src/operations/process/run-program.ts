import { endOnSignal } from './end-on-signal';
import { failureInWords } from './failure-in-words';
import { type BeginStep, createStartSteps, StartAbandoned } from './start-steps';

export interface RunningProgram {
  /** Told with the news that it is ready. */
  readonly facts: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Well before the container is killed. */
const patienceMs = 20_000;

/**
 * Runs one program of a container: tells on one line each when it is ready and when it has stopped, drains on SIGTERM
 * and SIGINT, and ends with 1 when it could not start or stop, saying what it waited for. A second signal ends it at once.
 */
export function runProgram(name: string, start: (begin: BeginStep) => Promise<RunningProgram>): void {
  const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const fail = (what: string) => process.stderr.write(`${name} ${what}\n`);
  const steps = createStartSteps();
  const starting = start(steps.begin);
  endOnSignal({
    starting,
    steps,
    patienceMs,
    onStopping: () => undefined,
    onStopped: () => say({ msg: `${name} has stopped` }),
    onFailed: (why) => fail(`did not stop cleanly: ${why}`),
  });
  starting.then(
    ({ facts }) => say({ msg: `${name} is ready`, ...facts }),
    (error: unknown) => {
      // Anyone who told it to stop learns of its end from there.
      if (error instanceof StartAbandoned) return;
      fail(`could not start: ${failureInWords(error)}`);
      process.exit(1);
    },
  );
}
