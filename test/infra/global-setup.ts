import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesisFolder } from './synthesis-folder';

const timeoutMs = 300_000;

/** Synthesises the cloud once for the run: suites read its templates as JSON. */
export default function globalSetup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'fincore-synthesis-'));
  process.env[synthesisFolder] = folder;
  execFileSync(
    process.execPath,
    ['--require', 'esbuild-register', join(__dirname, 'synthesise.ts'), folder],
    { stdio: ['ignore', 'ignore', 'inherit'], timeout: timeoutMs },
  );
}
