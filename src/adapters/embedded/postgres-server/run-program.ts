import { execFile } from 'node:child_process';
import { spawnIdentity, type Account } from './account';

export type ProgramOutcome =
  | { readonly kind: 'succeeded'; readonly output: string }
  | { readonly kind: 'failed'; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string };

const outputLimitBytes = 1024 * 1024;

/**
 * Nothing of FinCore's own environment: it may hold secrets, and PGDATA or PGPORT of another installation would
 * change what the programs do. Messages stay English, because one of them is recognised.
 */
export const programEnvironment: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/bin:/bin',
};

/** Runs one of PostgreSQL's programs as the account until it ends. Never throws: what went wrong is in the output. */
export function runProgram(options: {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly account: Account;
  readonly workingDirectory: string;
  readonly timeoutMs: number;
}): Promise<ProgramOutcome> {
  return new Promise((settle) => {
    execFile(
      options.file,
      options.arguments,
      {
        ...spawnIdentity(options.account),
        cwd: options.workingDirectory,
        env: programEnvironment,
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: outputLimitBytes,
      },
      (error, standardOutput, standardError) => {
        const output = `${standardOutput}${standardError}`.trim();
        if (!error) settle({ kind: 'succeeded', output });
        else if (error.killed)
          settle({ kind: 'timed-out', output: `no end after ${options.timeoutMs} ms; ${output}` });
        else settle({ kind: 'failed', output: output === '' ? error.message : output });
      },
    );
  });
}
