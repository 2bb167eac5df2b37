import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectionOf } from './running-postgres';
import { scripts } from '../../package.json';
import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';

/** The credentials file that `npm start` writes. */
export interface Credentials {
  readonly api_url: string;
  readonly docs_url: string;
  readonly simulator_url: string;
  readonly merchant: string;
  readonly secret_key: string;
  readonly publishable_key: string;
  readonly operator_key: string;
}

/** One installation: a data folder and ports that stay the same however often its process is killed. */
export interface Installation {
  readonly dataDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Starts the real program. Resolves when it says that it is ready. */
  start(environment?: Readonly<Record<string, string>>): Promise<FinCoreProcess>;
  /** What `command` finds in its environment from now on, beside the installation's own. */
  addEnvironment(more: Readonly<Record<string, string>>): void;
  /** Runs `npx fincore …` on it. */
  command(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Stops what runs and removes the data folder. */
  remove(): Promise<void>;
}

export interface FinCoreProcess {
  readonly credentials: Credentials;
  readonly child: ChildProcess;
  /** Everything that it has said so far. */
  said(): string;
  /** Resolves with the exit code, or the signal, that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(): Promise<number | NodeJS.Signals>;
  stop(): Promise<number | NodeJS.Signals>;
}

const readyTimeoutMs = 60_000;
/** `npm start` word for word, without the shell's `exec node`. */
const startWords = scripts.start.split(' ').slice(2);
const commandLine = join('dist', 'cli.js');

export async function createInstallation(
  settings: Readonly<Record<string, string>> = {},
  /** Where the project and its `dist` are. */
  folder = process.cwd(),
): Promise<Installation> {
  const dataDirectory = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-`));
  const running = new Set<FinCoreProcess>();
  const environment = {
    PATH: process.env.PATH ?? '',
    FINCORE_DATA_DIR: dataDirectory,
    FINCORE_PORT: String(await freePort()),
    STRIPE_SIMULATOR_PORT: String(await freePort()),
    FINCORE_LOG_LEVEL: 'warn',
    FINCORE_RATE_LIMIT_PER_SECOND: '100000',
    FINCORE_RATE_LIMIT_ANONYMOUS_PER_MINUTE: '100000',
    ...settings,
  };
  return {
    dataDirectory,
    environment,
    async start(more = {}) {
      const started = await startProcess({ ...environment, ...more }, folder);
      running.add(started);
      return started;
    },
    addEnvironment(more) {
      Object.assign(environment, more);
    },
    async command(...words) {
      const child = spawn(process.execPath, [commandLine, ...words], {
        cwd: folder,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stdout: stdout(), stderr: stderr() };
    },
    async remove() {
      await Promise.all([...running].map((started) => started.stop()));
      await stopServerLeftBehind(dataDirectory);
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** The guard of a killed process may still be at work. */
async function stopServerLeftBehind(dataDirectory: string): Promise<void> {
  const isServing = (await connectionOf(dataDirectory).catch(() => undefined)) !== undefined;
  if (isServing) await startEmbeddedPostgres({ dataDir: dataDirectory }).then((server) => server.stop());
}

async function startProcess(
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<FinCoreProcess> {
  const child = spawn(process.execPath, startWords, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const said = () => `${stdout()}${stderr()}`;
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  await ready(child, said, ended);
  const file = join(environment.FINCORE_DATA_DIR ?? '', 'credentials.json');
  const written = JSON.parse(await readFile(file, 'utf8')) as Credentials;
  const credentials = { ...written, ...addressesIn(said()) };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    credentials,
    child,
    said,
    ended,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
  };
}

/** The file names the first of several processes; each process prints its own addresses. */
function addressesIn(said: string): Partial<Credentials> {
  const [api, docs] = [/^ *API +(\S+)\/v1$/m, /^ *Reference +(\S+)$/m].map((line) => line.exec(said)?.[1]);
  return { ...(api !== undefined && { api_url: api }), ...(docs !== undefined && { docs_url: docs }) };
}

async function ready(child: ChildProcess, said: () => string, ended: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const isReady = new Promise<void>((resolve) => {
    if (child.stdout)
      createInterface({ input: child.stdout }).on(
        'line',
        (line) => line.startsWith('Ctrl-C stops it') && resolve(),
      );
  });
  const isLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`FinCore was not ready in time:\n${said()}`)), readyTimeoutMs);
  });
  const isOver = ended.then(() => {
    throw new Error(`FinCore ended before it was ready:\n${said()}`);
  });
  try {
    await Promise.race([isReady, isLate, isOver]);
  } finally {
    clearTimeout(timer);
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
