import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { choosePort } from '../../../src/adapters/embedded/postgres-server/free-port';
import { endWithParent } from '../end-with-parent';
import { eventually } from '../eventually';

/** A genuine Redis, without persistence, on the loopback address. */
export interface RedisServer {
  readonly url: string;
  /** It takes connections and answers nothing, as a machine does that hangs. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const programs = ['redis-server', 'valkey-server'];
const whyNone = `neither ${programs.join(' nor ')} is on the PATH`;

/** Null when this machine has none: `apt-get install redis-server` brings one. */
export function findRedis(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  return candidates.find((path) => existsSync(path)) ?? null;
}

/**
 * `describe` where a Redis is found. Elsewhere the suite is skipped by a name that says what was left out: no
 * stand-in of Redis is kept on npm, and one of our own would prove nothing.
 */
export function describeWithRedis(name: string, suite: (program: string) => void): void {
  const program = findRedis();
  if (program !== null) describe(name, () => suite(program));
  else describe.skip(`${name} (left out: ${whyNone})`, () => suite(''));
}

/** Behind the name of a suite that also runs without Redis: what it has left out. Empty where there is one. */
export const withoutRedis = (): string => (findRedis() === null ? ` (without Redis: ${whyNone})` : '');

/**
 * @param preferredPort where one has just ended. @default a free one
 * @param token what every connection has to say first. @default nothing
 */
export async function startRedis(
  program: string,
  preferredPort?: number,
  token?: string,
): Promise<RedisServer> {
  const port = await choosePort(preferredPort);
  const child = spawn(
    program,
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      ...(token === undefined ? [] : ['--requirepass', token]),
    ],
    { stdio: 'ignore' },
  );
  endWithParent(child);
  await eventually(() => accepts(port));
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: () => end(child),
  };
}

async function accepts(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
