import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const stopTimeoutMs = 5_000;

export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Asks a child to end, and ends it if it does not. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

/** The last that a child says on its way to a bad end. */
const longestRemarks = 2_000;

/** Collects what a child says on standard error. @returns the end of it */
export function remarksOf({ stderr }: ChildProcess): () => string {
  let remarks = '';
  stderr?.on('data', (chunk: Buffer) => (remarks = `${remarks}${chunk.toString()}`.slice(-longestRemarks)));
  return () => remarks;
}
