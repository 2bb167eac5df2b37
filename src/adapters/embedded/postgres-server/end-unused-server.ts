import { setTimeout as pause } from 'node:timers/promises';
import { readConnectionFile } from './connection-file';
import { existingLayout, type Layout } from './layout';
import { takeLease } from './lease';
import { serverState, type ServerState } from './server-state';
import { shutDownServer } from './shut-down';

/** A server that a parent launched in its last moment needs this long at most to write its process file. */
const appearanceMs = 5_000;
/** A server that is up and lets no session in for this long serves no other process either. */
const silenceMs = 120_000;
/** Recovery after a crash replays at most max_wal_size. */
const recoveryMs = 3_600_000;
const pollIntervalMs = 50;

/** Shuts the server of a data directory down, unless another process holds a lease on it or has ended it already. */
export async function endUnusedServer(dataDir: string): Promise<void> {
  const layout = await existingLayout(dataDir);
  if (layout === undefined) return;
  const begunAtMs = Date.now();
  for (let state = await serverState(layout); ; state = await serverState(layout)) {
    const waitedMs = Date.now() - begunAtMs;
    if (state.kind === 'absent' || state.kind === 'stale') {
      if (waitedMs > appearanceMs) return;
    } else if (state.kind === 'ready' && (await isGivenUp(layout, state))) return;
    else if (waitedMs > patienceWith(state)) return shutDownServer(state.pid);
    await pause(pollIntervalMs);
  }
}

const patienceWith = ({ kind }: ServerState): number => (kind === 'starting' ? recoveryMs : silenceMs);

/** @returns false when the server let no session in, so that nobody knows who else uses it */
async function isGivenUp(layout: Layout, state: ServerState & { kind: 'ready' }): Promise<boolean> {
  const connection = await readConnectionFile(layout.connectionFile);
  const attempt = await takeLease({ ...connection, port: state.port });
  if (attempt.kind !== 'held') return false;
  try {
    if (await attempt.lease.releaseAsLast()) await shutDownServer(state.pid);
    return true;
  } finally {
    await attempt.lease.end();
  }
}
