import { migrate } from '../../src/adapters/postgres/migrate';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { createPostgresJournal } from '../../src/adapters/postgres/journal/postgres-journal';
import { appendOne, appendsPerSecond } from '../load/append';
import { startProgram } from '../programs';
import { installPeers } from '../rivals/emmett';
import type { BenchContext, OpenedRow, Row } from '../row';

const load = { callers: 64, seconds: 3 } as const;

/** One event into a new stream, by 64 callers at once, in one process. */
export const append: Row = {
  name: 'append',
  goals: {
    append: {
      title: 'append of one event, 64 callers ÷ emmett-postgresql',
      unit: '/s',
      bound: { kind: 'at_least', value: 10, of: 'ratio' },
    },
  },
  open,
};

async function open({ createDatabase, tell }: BenchContext): Promise<OpenedRow> {
  await installPeers(tell);
  const emmett = startProgram('emmett', { EMMETT_DATABASE_URL: await createDatabase('bench_append_emmett') });
  const url = await createDatabase('bench_append');
  await migrate(url, journalStore);
  const journal = createPostgresJournal({ connectionString: url });
  return {
    async round() {
      const limit = await emmett.ask<number>(load);
      const ours = await appendsPerSecond(() => appendOne(journal), load);
      return { append: { ours, limit } };
    },
    async close() {
      await journal.close();
      await emmett.stop();
    },
  };
}
