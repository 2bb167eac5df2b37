import { failureInWords } from '../failure-in-words';

export interface RunningProgram {
  /** Told with the news that it is ready. */
  readonly facts: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Runs one program of a container: tells on one line each when it is ready and when it has stopped, drains on SIGTERM
 * and SIGINT, and ends with 1 when it could not start or stop. A second signal ends it at once.
 */
export function runProgram(name: string, start: () => Promise<RunningProgram>): void {
  const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const fail = (what: string, error: unknown) => {
    process.stderr.write(`${name} ${what}: ${failureInWords(error)}\n`);
    process.exit(1);
  };
  const starting = start();
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    starting
      .then((program) => program.stop())
      .then(
        () => {
          say({ msg: `${name} has stopped` });
          process.exit(0);
        },
        (error: unknown) => fail('did not stop cleanly', error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  starting.then(
    ({ facts }) => say({ msg: `${name} is ready`, ...facts }),
    (error: unknown) => {
      if (!isStopping) fail('could not start', error);
    },
  );
}
