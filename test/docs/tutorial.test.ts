import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from '../support/eventually';
import { type FinCoreProcess, type Installation, createInstallation } from '../support/fincore-process';
import { type Step, patternOf, tutorialSteps } from './tutorial-steps';

const project = join(__dirname, '..', '..');
const stepTimeoutMs = 60_000;

let installation: Installation;
let running: FinCoreProcess;
let folder: string;
/** What earlier steps exported, as it lives on in a person's shell. */
let exports: string;

beforeAll(async () => {
  installation = await createInstallation();
  running = await installation.start();
  folder = await createFolder(installation.dataDirectory);
  exports = '';
});

afterAll(async () => {
  await installation.remove();
  await rm(folder, { recursive: true, force: true });
});

test('the tutorial does, from its first command to its last, what it says', async () => {
  const steps = tutorialSteps(await readFile(join(project, 'docs', 'tutorial.md'), 'utf8'));
  expect(steps.length).toBeGreaterThan(15);
  for (const step of steps) await perform(step);
}, 300_000);

async function perform(step: Step): Promise<void> {
  switch (step.manner) {
    case 'terminal':
      expect(step.commands).toBe('npm ci\nnpm start\n');
      return;
    case 'restart':
      expect(await running.stop()).toBe(0);
      running = await installation.start();
      return runAndCompare(step);
    case 'eventually':
      return eventually(() => runAndCompare(step), { timeoutMs: 20_000, intervalMs: 200 });
    case 'once':
      return runAndCompare(step);
  }
}

async function runAndCompare({ heading, commands, expected }: Step): Promise<void> {
  const said = await run(commands);
  exports += commands.match(/^export .*\n/gm)?.join('') ?? '';
  if (expected === null) return;
  const shown = said === '' || said.endsWith('\n') ? said : `${said}\n`;
  if (!patternOf(expected).test(shown))
    throw new Error(`${heading}:\n${commands}\nexpected\n${expected}\nbut it said\n${shown}`);
}

async function run(commands: string): Promise<string> {
  const child = spawn('bash', ['-c', `${exports}${commands}`], {
    cwd: folder,
    env: {
      ...installation.environment,
      PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
      HOME: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: stepTimeoutMs,
  });
  let said = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${commands}\nended with ${String(code)}:\n${said}${complaints}`);
  return said.replaceAll('\r', '');
}

/** A folder that looks like the project with its data, and has curl where the machine has none. */
async function createFolder(dataDirectory: string): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'fincore-test-tutorial-'));
  await symlink(dataDirectory, join(made, '.fincore'));
  await mkdir(join(made, 'node_modules', '.bin'), { recursive: true });
  await symlink(join(project, 'dist', 'cli.js'), join(made, 'node_modules', '.bin', 'fincore'));
  await mkdir(join(made, 'bin'));
  const lookup = spawn('bash', ['-c', 'command -v curl'], { stdio: 'ignore' });
  const [code] = (await once(lookup, 'close')) as [number | null];
  if (code !== 0) {
    const standIn = join(made, 'bin', 'curl');
    await copyFile(join(__dirname, 'curl-stand-in.cjs'), standIn);
    await chmod(standIn, 0o755);
  }
  return made;
}
