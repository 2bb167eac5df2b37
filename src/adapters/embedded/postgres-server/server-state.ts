import { readFile, readlink, stat } from 'node:fs/promises';
import { systemErrorCode } from '../system-error-code';
import type { Layout } from './layout';
import { isAlive, isListed, processName } from './process-table';

/** What postmaster.pid and the process table tell about the server of a cluster. */
export type ServerState =
  | { readonly kind: 'absent' }
  /** The file names a process that is no server of this cluster. `blocksStart` when PostgreSQL would mistake it for one. */
  | { readonly kind: 'stale'; readonly blocksStart: boolean }
  | { readonly kind: 'starting' | 'stopping'; readonly pid: number }
  | { readonly kind: 'ready'; readonly pid: number; readonly port: number };

/** A server that is being started fills the file within milliseconds; an older empty one is left from a power failure. */
const emptyFileGraceMs = 5_000;

/** @source PostgreSQL 18, src/include/utils/pidfile.h: the meaning of each line of postmaster.pid. */
const lineOf = { pid: 0, port: 3, status: 7 } as const;

export async function serverState(layout: Layout): Promise<ServerState> {
  let text: string;
  try {
    text = await readFile(layout.processFile, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { kind: 'absent' };
    throw error;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[lineOf.pid]);
  if (!Number.isInteger(pid) || pid <= 0) return stateOfEmptyFile(layout);
  if (!isAlive(pid)) return { kind: 'stale', blocksStart: isListed(pid) };
  if (!(await mayServe(pid, layout.clusterDirectory))) return { kind: 'stale', blocksStart: true };

  const status = lines[lineOf.status];
  if (status === 'stopping') return { kind: 'stopping', pid };
  const port = Number(lines[lineOf.port]);
  if (status !== 'ready' || !Number.isInteger(port)) return { kind: 'starting', pid };
  return { kind: 'ready', pid, port };
}

async function stateOfEmptyFile(layout: Layout): Promise<ServerState> {
  const modifiedAtMs = await stat(layout.processFile).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (modifiedAtMs === undefined) return { kind: 'absent' };
  const isFresh = Date.now() - modifiedAtMs < emptyFileGraceMs;
  return isFresh ? { kind: 'starting', pid: 0 } : { kind: 'stale', blocksStart: true };
}

/**
 * After a restart of the machine or container the number may belong to another program. When the process cannot be
 * looked at, it counts as a server: starting a second one on the same files would be worse than refusing.
 */
async function mayServe(pid: number, clusterDirectory: string): Promise<boolean> {
  const name = await processName(pid);
  if (name !== undefined && !name.includes('postgres')) return false;
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return workingDirectory === undefined || workingDirectory === clusterDirectory;
}
