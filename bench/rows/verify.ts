import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInstallation } from '../../test/support/fincore-process';
import { fillWholeStores } from '../load/whole-stores';
import { residentMb } from '../resident-memory';
import type { BenchContext, OpenedRow, Row } from '../row';

const events = 1_000_000;
const sampleIntervalMs = 100;
const program = `${process.cwd()}/dist/cli.js`;

/** `npx fincore verify`, as an operator calls it, over a million events with all that was derived from them. */
export const verify: Row = {
  name: 'verify',
  isLarge: true,
  mostRounds: 3,
  goals: {
    duration: {
      title: 'npx fincore verify, 1 M events',
      unit: 's',
      bound: { kind: 'at_most', value: 60, of: 'ours' },
    },
    memory: {
      title: 'its resident memory, largest',
      unit: 'MB',
      bound: { kind: 'at_most', value: 300, of: 'ours' },
    },
  },
  open,
};

async function open({ createDatabase, tell }: BenchContext): Promise<OpenedRow> {
  const url = await createDatabase('bench_verify');
  await fillWholeStores({ url, events, tell });
  const installation = await createInstallation({ DATABASE_URL: url });
  return {
    async round() {
      const { seconds, megabytes } = await run(installation.environment, tell);
      return { duration: { ours: seconds }, memory: { ours: megabytes } };
    },
    close: () => installation.remove(),
  };
}

async function run(
  env: Readonly<Record<string, string>>,
  tell: (line: string) => void,
): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'verify'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (line: Buffer) => tell(line.toString().trimEnd()));
  const { pid } = child;
  if (pid === undefined) throw new Error('the program has no process');
  let megabytes = 0;
  const timer = setInterval(
    () =>
      void residentMb(pid).then(
        (now) => (megabytes = Math.max(megabytes, now)),
        // It may end between two samples.
        () => undefined,
      ),
    sampleIntervalMs,
  );
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`verify ended with ${String(code)}`);
  return { seconds: (performance.now() - startedAt) / 1_000, megabytes };
}
