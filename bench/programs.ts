import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program of `bench/programs` in a process of its own, so that what is measured shares no event loop with it. */
export interface Program {
  readonly child: ChildProcess;
  /** Sends a request and waits for its answer; one at a time. */
  ask<Answer>(request: object): Promise<Answer>;
  stop(): Promise<void>;
}

const answerTimeoutMs = 300_000;
const stopTimeoutMs = 10_000;

export function startProgram(name: string, environment: Readonly<Record<string, string>> = {}): Program {
  const child = fork(join(__dirname, `${name}.js`), {
    env: { ...process.env, ...environment },
    execArgv: ['--enable-source-maps'],
  });
  const ended = once(child, 'exit');
  return {
    child,
    async ask<Answer>(request: object): Promise<Answer> {
      const waiting = AbortSignal.timeout(answerTimeoutMs);
      const answer = Promise.race([
        once(child, 'message', { signal: waiting }),
        ended.then(() => Promise.reject(new Error(`the program ${name} ended`))),
      ]);
      child.send(request);
      const [message] = (await answer) as [{ readonly answer: Answer } | { readonly failure: string }];
      if ('failure' in message) throw new Error(`${name}: ${message.failure}`);
      return message.answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The other side: answers requests until the runner hangs up. */
export function serveProgram(
  answer: (request: unknown) => Promise<unknown>,
  stop: () => Promise<unknown> = () => Promise.resolve(),
): void {
  process.on('message', (request: unknown) => {
    answer(request).then(
      (value) => process.send?.({ answer: value ?? null }),
      (error: unknown) =>
        process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => void stop().finally(() => process.exit(0)));
}
