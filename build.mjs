/** Bundles what a person runs into dist/, one file each; packages stay in node_modules. Takes about 100 ms. */
import { build } from 'esbuild';
import { chmod } from 'node:fs/promises';

await build({
  entryPoints: { local: 'bin/local.ts', cli: 'bin/cli.ts', 'stripe-simulator': 'simulators/stripe/main.ts' },
  outdir: 'dist',
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  banner: { js: '#!/usr/bin/env node' },
  loader: { '.sql': 'text' },
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
