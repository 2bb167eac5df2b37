/**
 * Bundles what a person runs and what the cloud runs into dist/. `node build.mjs local` leaves the cloud out, which takes
 * most of the time and is not needed to start. `node build.mjs changed` builds the same, and only when a source has changed
 * since the last build: an installed checkout starts also where its user may not write.
 */
import { createHash } from 'node:crypto';
import { chmod, readFile, readdir, writeFile } from 'node:fs/promises';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  loader: { '.sql': 'text' },
  logLevel: 'warning',
};

const local = {
  local: 'bin/local.ts',
  cli: 'bin/cli.ts',
  'postgres-guard': 'bin/postgres-guard.ts',
  'stripe-simulator': 'simulators/stripe/main.ts',
};
const cloud = {
  'aws-api': 'bin/aws-api.ts',
  'aws-relay': 'bin/aws-relay.ts',
  'aws-migrate': 'bin/aws-migrate.ts',
};

/** One file each; packages stay in node_modules. */
const programs = async (entryPoints) => {
  const { build } = await import('esbuild');
  return build({
    ...shared,
    entryPoints,
    outdir: 'dist',
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
    metafile: true,
  });
};

/** One folder each with everything in it, packages too: a function has no node_modules, and begins faster without. */
const functions = async () => {
  const { build } = await import('esbuild');
  const names = await readdir('lambdas');
  await build({
    ...shared,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `lambdas/${name}/handler.ts`])),
    outdir: 'dist/lambdas',
    minify: true,
    // The ES modules of a package can be shaken, its CommonJS cannot.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    sourcesContent: false,
    external: ['pg-native'],
  });
};

/** Names the files that the programs of a machine were built from, and their digest at that time. */
const recordFile = 'dist/built-from.json';

/** A file that is gone has no content, which is a change too. */
const digestOf = async (files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(await readFile(file).catch(() => 'missing'));
  return hash.digest('hex');
};

const buildLocal = async () => {
  const { metafile } = await programs(local);
  const files = [...Object.keys(metafile.inputs), 'build.mjs', 'tsconfig.json'].sort();
  await chmod('dist/cli.js', 0o755);
  await writeFile(recordFile, `${JSON.stringify({ digest: await digestOf(files), files })}\n`);
};

const isBuilt = async () => {
  try {
    const { digest, files } = JSON.parse(await readFile(recordFile, 'utf8'));
    return digest === (await digestOf(files));
  } catch {
    return false;
  }
};

const buildIfChanged = async () => {
  if (await isBuilt()) return;
  await buildLocal().catch((error) => {
    console.error(
      `The sources have changed since they were built, and dist/ cannot be built by this user: ${error.message}\n` +
        'Run "npm run build" as the owner of this folder, then start again.',
    );
    process.exit(1);
  });
};

const builds = {
  local: buildLocal,
  changed: buildIfChanged,
  all: () => Promise.all([buildLocal(), programs(cloud), functions()]),
};
const wanted = process.argv[2] ?? 'all';
if (!(wanted in builds))
  throw new Error(`received "${wanted}"; allowed are ${Object.keys(builds).join(', ')}`);
await builds[wanted]();
