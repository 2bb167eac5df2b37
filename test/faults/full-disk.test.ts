import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { ensureDatabase } from '../../src/adapters/embedded/postgres-server/ensure-database';
import { withClient } from '../../src/adapters/postgres/with-client';
import { eventually } from '../support/eventually';
import { reportFault } from '../support/faults/fault-report';
import { createLimitedDisk } from '../support/faults/limited-disk';
import { type Load, startLoad } from '../support/faults/load';
import { raceRepetitions, raceTimeoutMs } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundRound } from '../support/faults/sound-books';

const fault = 'the disk of the database is full';
/** A cluster, and what each round adds to it. */
const diskMb = 320 + 5 * raceRepetitions();
/** The server's own bound on its log is for a larger disk than this one. */
const logMb = 128;
const clients = 10;
/** Answers that must have been seen while the disk is full, so that it is not a moment that nobody noticed. */
const refusalsSeen = 40;
const patience = { timeoutMs: 60_000, intervalMs: 50 };

test(
  `${fault}: clients see only 503, no acknowledged charge is lost, and it serves again once there is room`,
  async () => {
    const disk = await createLimitedDisk(diskMb);
    if (disk === null) {
      process.stderr.write(`NOT PRODUCED: ${fault}; a file system of its own takes Linux and root\n`);
      await reportFault({ fault: `${fault}: not produced on this machine`, repetitions: 0 });
      return;
    }
    try {
      const server = await startEmbeddedPostgres({ dataDir: disk.path });
      try {
        await ensureDatabase(server.connectionString(), 'fincore');
        await withClient({ connectionString: server.connectionString() }, async (client) => {
          await client.query(`ALTER SYSTEM SET max_wal_size = '${String(logMb)}MB'`);
          await client.query('SELECT pg_reload_conf()');
        });
        const settings = { DATABASE_URL: server.connectionString('fincore') };
        const rig = await createRig({ settings, server: 'own' });
        try {
          const recoveriesMs: number[] = [];
          for (let n = 0; n < raceRepetitions(); n += 1) recoveriesMs.push(await fillAndFree(rig, disk, n));
          await reportFault({
            fault,
            repetitions: raceRepetitions(),
            measured: { what: 'first charge accepted after there was room', durationsMs: recoveriesMs },
          });
        } finally {
          await rig.close();
        }
      } finally {
        await server.stop();
      }
    } finally {
      await disk.remove();
    }
  },
  raceTimeoutMs(60_000),
);

/** One round under load. @returns how long it took until a charge was accepted again */
async function fillAndFree(
  rig: Rig,
  disk: { readonly fill: () => Promise<void>; readonly free: () => Promise<void> },
  round: number,
): Promise<number> {
  const load = startLoad(rig, clients);
  await eventually(() => expect(load.accepted.size).toBeGreaterThan(20), patience);
  await disk.fill();
  await eventually(() => expect(load.refused.length).toBeGreaterThan(refusalsSeen), patience);
  await disk.free();
  const freedAtMs = performance.now();
  const acceptedAgain = () => load.acceptedAtMs.find((atMs) => atMs > freedAtMs);
  await eventually(() => expect(acceptedAgain()).toBeDefined(), patience);
  await load.finish();
  expectOnlyRetries(load);
  await expectSoundRound(rig, round, load.accepted);
  return (acceptedAgain() ?? Infinity) - freedAtMs;
}

function expectOnlyRetries({ refused }: Load): void {
  for (const { ended } of refused) {
    if (ended === 'no answer') throw new Error('the API itself did not answer');
    expect(ended.status).toBe(503);
    expect(Number(ended.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
}
