import { createInstallation } from '../../test/support/fincore-process';
import { watchBooks } from '../load/books';
import { startChargeLoad } from '../load/charge-load';
import { residentMb } from '../resident-memory';
import type { BenchContext, OpenedRow, Row } from '../row';
import { quantile } from '../statistics';

const seconds = 60;
const connections = 64;
const sampleIntervalMs = 1_000;
/** The first part of the load in which caches and the just-in-time compiler fill up. */
const warmShare = 1 / 3;

/** Resident memory of the whole program while it takes as many charges as it can for a minute. */
export const memory: Row = {
  name: 'memory',
  mostRounds: 1,
  goals: {
    largest: {
      title: 'resident memory in a minute of full load, largest',
      unit: 'MB',
      bound: { kind: 'at_most', value: 250, of: 'ours' },
    },
    growth: {
      title: 'resident memory, median of the last third ÷ of the second third',
      unit: 'MB',
      bound: { kind: 'at_most', value: 1.1, of: 'ratio' },
    },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const databaseUrl = await createDatabase('bench_memory');
  const installation = await createInstallation({ DATABASE_URL: databaseUrl });
  const { credentials, child } = await installation.start();
  const load = startChargeLoad();
  const books = await watchBooks(databaseUrl);
  return {
    async round() {
      const { pid } = child;
      if (pid === undefined) throw new Error('the program has no process');
      const samples: number[] = [];
      const timer = setInterval(() => void residentMb(pid).then((mb) => samples.push(mb)), sampleIntervalMs);
      await load.make(
        { url: credentials.api_url, secretKey: credentials.secret_key },
        { connections, seconds },
      );
      clearInterval(timer);
      await books.missingAfterDraining();
      const warm = Math.floor(samples.length * warmShare);
      const middle = quantile(samples.slice(warm, 2 * warm), 0.5);
      const last = quantile(samples.slice(-warm), 0.5);
      return { largest: { ours: Math.max(...samples) }, growth: { ours: last, limit: middle } };
    },
    async close() {
      await books.close();
      await load.stop();
      await installation.remove();
    },
  };
}
