import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * How long the module of each bundled function takes to load, in a fresh process each time, and how large it is:
 * `node --require esbuild-register bench/cold-start.ts`, after `npm run build`.
 */
const runs = 20;
const limitMs = 250;
const limitBytes = 1_500_000;

/** What each function is told by its stack; nothing is reached while a module loads. */
const environment = {
  AWS_REGION: 'eu-central-1',
  FINCORE_STAGE: 'bench',
  FINCORE_JOURNAL_URL: 'postgresql://service@127.0.0.1/journal',
  FINCORE_READ_MODELS_URL: 'postgresql://service@127.0.0.1/read-models',
  FINCORE_LEDGER_URL: 'postgresql://service@127.0.0.1/ledger',
  FINCORE_AUDIT_URL: 'postgresql://service@127.0.0.1/audit',
  FINCORE_QUEUE_URLS: '{}',
  FINCORE_PARKING_BUCKET: 'parked',
  FINCORE_READER: 'payments',
  FINCORE_WORKER: 'payments',
  FINCORE_STRIPE_SECRET_ARN: 'stripe',
  FINCORE_PUBLIC_URL: 'https://pay.example.com',
};

const bundles = join(__dirname, '..', 'dist', 'lambdas');
const load =
  'const begun = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - begun)); process.exit(0);';

async function loadOnce(bundle: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', load, bundle], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    timeout: 30_000,
  });
  return Number(stdout);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

async function main(): Promise<void> {
  console.log(`function        size kB   median ms   p95 ms   (${String(runs)} runs each)`);
  for (const name of readdirSync(bundles)) {
    const bundle = join(bundles, name, 'index.js');
    if (!existsSync(bundle)) continue;
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) times.push(await loadOnce(bundle));
    const sorted = times.toSorted((left, right) => left - right);
    const { size } = statSync(bundle);
    const isWithin = at(sorted, 0.5) <= limitMs && size <= limitBytes;
    console.log(
      [
        name.padEnd(15),
        String(Math.round(size / 1_000)).padStart(7),
        at(sorted, 0.5).toFixed(0).padStart(11),
        at(sorted, 0.95).toFixed(0).padStart(8),
        isWithin ? '' : `   beyond ${String(limitMs)} ms or ${String(limitBytes / 1_000)} kB`,
      ].join(' '),
    );
    if (!isWithin) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
