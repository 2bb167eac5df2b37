import { readFile, readdir } from 'node:fs/promises';
import type { Client } from 'pg';

/** Clock ticks in a second, as Linux reports them on every architecture that Node.js runs on. @source proc(5), sysconf(3) */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended. */
  readonly endedTicks: number;
}

/** Processor time that a process and its children used so far, in milliseconds. Linux only. */
export async function processorMs(pid: number): Promise<number> {
  const times = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => [Number(name), await timesOf(name)] as const),
  );
  const ticks = times.reduce(
    (sum, [id, process]) => sum + (id === pid || process?.parent === pid ? (process?.ownTicks ?? 0) : 0),
    0,
  );
  const ended = times.find(([id]) => id === pid)?.[1]?.endedTicks ?? 0;
  return ((ticks + ended) / ticksPerSecond) * 1_000;
}

/** The process that every connection of this server descends from. */
export async function postmasterOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const times = await timesOf(String(rows[0]?.pid));
  if (times === null) throw new Error('the server runs on another machine');
  return times.parent;
}

/** Null for a process that has ended meanwhile. @source proc(5): fields 4 and 14 to 17, behind the name in brackets */
async function timesOf(pid: string): Promise<ProcessTimes | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return { parent: fields[1] ?? 0, ownTicks: user + system, endedTicks: childUser + childSystem };
}
