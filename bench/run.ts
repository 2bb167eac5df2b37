import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { startTestServer } from '../test/support/test-server';
import { type Result, table, verdict } from './report';
import type { BenchContext, Row, Sample } from './row';
import { rows } from './rows';

const usage = `npm run bench [-- --only <row>] [--rounds N] [--large]

Rows: ${rows.map(({ name }) => name).join(', ')}`;

interface Wishes {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly large: boolean;
}

const defaultRounds = 5;

function wishes(): Wishes {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: String(defaultRounds) },
      large: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds} is no whole number above 0.`);
  for (const name of values.only)
    if (!rows.some((row) => row.name === name)) throw new Error(`There is no row ${name}.\n\n${usage}`);
  return { only: values.only, rounds, large: values.large };
}

/** Every round of a row measures the limit or the peer and then ours, so that both meet the same machine. */
async function measure(row: Row, rounds: number, context: BenchContext): Promise<readonly Result[]> {
  const samples = new Map<string, Sample[]>(Object.keys(row.goals).map((key) => [key, []]));
  const opened = await row.open(context);
  try {
    for (let round = 1; round <= Math.min(rounds, row.mostRounds ?? rounds); round += 1) {
      const measured = await opened.round();
      for (const [key, sample] of Object.entries(measured)) samples.get(key)?.push(sample);
      context.tell(`${row.name}, round ${String(round)}: ${JSON.stringify(measured)}`);
    }
  } finally {
    await opened.close();
  }
  return Object.entries(row.goals).map(([key, goal]) => ({
    row: row.name,
    goal,
    samples: samples.get(key) ?? [],
  }));
}

async function main(): Promise<void> {
  const { only, rounds, large } = wishes();
  const chosen = rows.filter(({ name, isLarge = false }) =>
    only.length === 0 ? large || !isLarge : only.includes(name),
  );
  const busyBefore = machineLoad();
  const server = await startTestServer();
  const results: Result[] = [];
  try {
    const context = contextOf(server.url);
    for (const row of chosen) {
      context.tell(`${row.name} …`);
      results.push(...(await measure(row, rounds, context)));
    }
  } finally {
    await server.stop();
  }
  console.log(`\n${table(results)}\n`);
  console.log(
    `${String(availableParallelism())} cores; processes that wanted one: ${busyBefore} before, ${machineLoad()} at the end.`,
  );
  if (results.some((result) => verdict(result) === 'miss')) process.exitCode = 1;
}

/** Above the number of cores before the start, others share the machine, and only ratios mean something. */
const machineLoad = (): string => (loadavg()[0] ?? 0).toFixed(1);

const contextOf = (serverUrl: string): BenchContext => ({
  serverUrl,
  async createDatabase(name) {
    const client = new Client({ connectionString: serverUrl, statement_timeout: 60_000 });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  },
  tell: (line) => console.error(line),
});

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
