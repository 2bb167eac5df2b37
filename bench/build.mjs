/** Bundles the benchmarks into dist/bench/, apart from what `npm start` needs. */
import { build } from 'esbuild';

await build({
  entryPoints: {
    run: 'bench/run.ts',
    load: 'bench/programs/load.ts',
    'charge-api': 'bench/programs/charge-api.ts',
    'bare-sdk': 'bench/programs/bare-sdk.ts',
    emmett: 'bench/programs/emmett.ts',
    exchanges: 'bench/programs/exchanges.ts',
    relay: 'bench/programs/relay.ts',
    rival: 'bench/programs/rival.ts',
    stripe: 'bench/programs/stripe.ts',
  },
  outdir: 'dist/bench',
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  loader: { '.sql': 'text' },
  logLevel: 'warning',
});
