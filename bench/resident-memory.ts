import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a process holds of the machine's memory now. */
export async function residentMb(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: 5_000 });
  return (Number(stdout.trim()) * 1_024) / 1_000_000;
}
