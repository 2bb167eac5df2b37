import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import { withClient } from '../../src/adapters/postgres/with-client';
import { eventually } from '../support/eventually';
import { processesOf } from '../support/faults/processes-of';
import { reportFault } from '../support/faults/fault-report';
import { type LimitedDisk, createLimitedDisk } from '../support/faults/limited-disk';
import { type Load, startLoad } from '../support/faults/load';
import { raceTimeoutMs, sharedRepetitions } from '../support/faults/repetitions';
import { type Rig, createRig } from '../support/faults/rig';
import { expectSoundRound } from '../support/faults/sound-books';

const fault = 'the disk of the data folder is full';
/** The test that kills every process is one more round. */
const rounds = sharedRepetitions(2);
/** A cluster and the simulator's data, and what each round adds to them. */
const diskMb = 340 + 6 * rounds;
/** The server's own bound on its log is for a larger disk than this one. */
const logMb = 128;
const clients = 10;
/** Answers that must have been seen while the disk is full, so that it is not a moment that nobody noticed. */
const refusalsSeen = 40;
const patience = { timeoutMs: 60_000, intervalMs: 50 };

async function onLimitedDisk(work: (rig: Rig, disk: LimitedDisk) => Promise<void>): Promise<void> {
  const disk = await createLimitedDisk(diskMb);
  if (disk === null) {
    process.stderr.write(`NOT PRODUCED: ${fault}; a file system of its own takes Linux and root\n`);
    await reportFault({ fault: `${fault}: not produced on this machine`, repetitions: 0 });
    return;
  }
  try {
    const dataDirectory = join(disk.path, 'data');
    await boundLog(dataDirectory);
    const rig = await createRig({ settings: { FINCORE_DATA_DIR: dataDirectory }, server: 'own' });
    try {
      await work(rig, disk);
    } finally {
      await rig.close();
    }
  } finally {
    await disk.remove();
  }
}

async function boundLog(dataDir: string): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir });
  await withClient({ connectionString: server.connectionString() }, (client) =>
    client.query(`ALTER SYSTEM SET max_wal_size = '${String(logMb)}MB'`),
  );
  await server.stop();
}

test(
  `${fault}: clients see only 503, no acknowledged charge is lost, and it serves again once there is room`,
  () =>
    onLimitedDisk(async (rig, disk) => {
      const recoveriesMs: number[] = [];
      for (let n = 0; n < rounds; n += 1) recoveriesMs.push(await fillAndFree(rig, disk, n));
      await reportFault({
        fault,
        repetitions: rounds,
        measured: { what: 'first charge accepted after there was room', durationsMs: recoveriesMs },
      });
    }),
  raceTimeoutMs(90_000),
);

test(
  `${fault}, and every process is killed meanwhile: it starts again once there is room`,
  () =>
    onLimitedDisk(async (rig, disk) => {
      const load = startLoad(rig, clients);
      await eventually(() => expect(load.accepted.size).toBeGreaterThan(20), patience);
      await disk.fill();
      await eventually(() => expect(load.refused.length).toBeGreaterThan(refusalsSeen), patience);
      const { simulator } = await processesOf(rig.installation.environment.FINCORE_DATA_DIR ?? '');
      process.kill(simulator, 'SIGKILL');
      await rig.process().kill();
      await disk.free();
      await rig.start();
      await load.finish();
      await expectSoundRound(rig, [0, 1], load.accepted);
    }),
  raceTimeoutMs(90_000),
);

/** One round under load. @returns how long it took until a charge was accepted again */
async function fillAndFree(rig: Rig, disk: LimitedDisk, round: number): Promise<number> {
  const load = startLoad(rig, clients);
  await eventually(() => expect(load.accepted.size).toBeGreaterThan(20), patience);
  await disk.fill();
  await eventually(() => expect(load.refused.length).toBeGreaterThan(refusalsSeen), patience);
  expect(await readiness(rig)).toMatchObject({ status: 503, body: { checks: { disk: { ready: false } } } });
  await disk.free();
  const freedAtMs = performance.now();
  const acceptedAgain = () => load.acceptedAtMs.find((atMs) => atMs > freedAtMs);
  await eventually(() => expect(acceptedAgain()).toBeDefined(), patience);
  await load.finish();
  expectOnlyRetries(load);
  await eventually(async () => expect(await readiness(rig)).toMatchObject({ status: 200 }), patience);
  await expectSoundRound(rig, [round, rounds], load.accepted);
  return (acceptedAgain() ?? Infinity) - freedAtMs;
}

async function readiness(rig: Rig): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(`${rig.process().credentials.api_url}/readyz`, {
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.status, body: await answer.json() };
}

function expectOnlyRetries({ refused }: Load): void {
  for (const { ended } of refused) {
    if (ended === 'no answer') throw new Error('the API itself did not answer');
    expect(ended.status).toBe(503);
    expect(Number(ended.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
}
