/**
 * Bundles what a person runs and what the cloud runs into dist/. `node build.mjs local` leaves the cloud out, which takes
 * most of the time and is not needed to start.
 */
import { build } from 'esbuild';
import { chmod, readdir } from 'node:fs/promises';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  loader: { '.sql': 'text' },
  logLevel: 'warning',
};

const local = { local: 'bin/local.ts', cli: 'bin/cli.ts', 'stripe-simulator': 'simulators/stripe/main.ts' };
const cloud = {
  'aws-api': 'bin/aws-api.ts',
  'aws-relay': 'bin/aws-relay.ts',
  'aws-migrate': 'bin/aws-migrate.ts',
};

/** One file each; packages stay in node_modules. */
const programs = (entryPoints) =>
  build({
    ...shared,
    entryPoints,
    outdir: 'dist',
    packages: 'external',
    banner: { js: '#!/usr/bin/env node' },
  });

/** One folder each with everything in it, packages too: a function has no node_modules, and begins faster without. */
const functions = async () => {
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

if (process.argv[2] === 'local') await programs(local);
else await Promise.all([programs({ ...local, ...cloud }), functions()]);
await chmod('dist/cli.js', 0o755);
