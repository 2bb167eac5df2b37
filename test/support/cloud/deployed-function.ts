import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A bundled function as the service runs it: environments that are made when needed, and kept warm. */
export interface DeployedFunction {
  /** @throws FunctionFailed when the handler throws, its process dies, or its time is over */
  invoke(event: object): Promise<unknown>;
  /** Everything that its environments have written, in lines. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

export interface DeploymentOptions {
  /** The folder of lambdas/. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where `dist` is. @default the folder of the test run */
  readonly folder?: string;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly message: string };

const stopTimeoutMs = 5_000;

export function deployFunction({
  name,
  environment,
  folder = process.cwd(),
  timeoutMs = 60_000,
}: DeploymentOptions): DeployedFunction {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const written: string[] = [];

  async function environmentReady(): Promise<ChildProcess> {
    const warm = idle.pop();
    if (warm?.connected === true) return warm;
    const child = fork(
      join(__dirname, 'function-host.cjs'),
      [join(folder, 'dist', 'lambdas', name, 'index.js')],
      {
        env: {
          PATH: process.env['PATH'] ?? '',
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_LAMBDA_FUNCTION_NAME: name,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
          POWERTOOLS_TRACE_ENABLED: 'false',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: ['--enable-source-maps'],
      },
    );
    all.add(child);
    child.once('exit', () => all.delete(child));
    for (const stream of [child.stdout, child.stderr])
      stream
        ?.setEncoding('utf8')
        .on('data', (text: string) => written.push(...text.split('\n').filter(Boolean)));
    await answerOf(child, timeoutMs, () => written.slice(-20).join('\n'));
    return child;
  }

  return {
    async invoke(event) {
      const child = await environmentReady();
      const answered = answerOf(child, timeoutMs, () => written.slice(-20).join('\n'));
      child.send({ event, timeoutMs });
      const answer = await answered;
      idle.push(child);
      if (answer.kind === 'failed') throw new FunctionFailed(answer.message);
      return answer.kind === 'answered' ? answer.answer : null;
    },
    lines: () => written,
    async stop() {
      await Promise.all([...all].map(end));
    },
  };
}

function answerOf(child: ChildProcess, timeoutMs: number, said: () => string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const over = (why: string) => {
      child.kill('SIGKILL');
      settle(() => reject(new FunctionFailed(`${why}\n${said()}`)));
    };
    const timer = setTimeout(() => over('the time of the function is over'), timeoutMs);
    const ended = () => over('the process of the function ended');
    const answered = (answer: Answer) => settle(() => resolve(answer));
    const settle = (then: () => void) => {
      clearTimeout(timer);
      child.off('exit', ended);
      child.off('message', answered);
      then();
    };
    child.once('exit', ended);
    child.once('message', answered);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  child.disconnect();
  await ended;
  clearTimeout(timer);
}
