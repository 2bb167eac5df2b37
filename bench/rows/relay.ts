import { Client } from 'pg';
import { relayStore } from '../../src/adapters/aws/relay/relay-store';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { migrate } from '../../src/adapters/postgres/migrate';
import { followUpQueue, paymentsQueue } from '../../src/core/payments';
import { copyJournal } from '../load/copy-journal';
import { busyHour } from '../load/history';
import { startStandIns } from '../load/stand-ins';
import { startProgram } from '../programs';
import type { BareFigures, BareLoad } from '../programs/bare-sdk';
import type { RelayLoad } from '../programs/relay';
import type { BenchContext, OpenedRow, Row } from '../row';

const charges = 6_000;

/** A journal that waits, from PostgreSQL to the stream and the queues, beside the SDK alone at the same stand-ins. */
export const relay: Row = {
  name: 'relay',
  goals: {
    stream: {
      title: 'events published, their jobs sent, sealed ÷ the SDK alone with PutRecords',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.5, of: 'ratio' },
    },
    both: {
      title: 'the same ÷ the SDK alone with PutRecords, then SendMessageBatch',
      unit: '/s',
    },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const standIns = await startStandIns([paymentsQueue, followUpQueue]);
  const bare = startProgram('bare-sdk', standIns.environment);
  const relayProgram = startProgram('relay', standIns.environment);
  const journal = busyHour(charges);
  const events = journal.length;
  let round = 0;

  const alone = async (): Promise<BareFigures> => {
    const target = await standIns.createTarget();
    const asked: BareLoad = { target, charges };
    const figures = await bare.ask<BareFigures>(asked);
    await standIns.drop(target);
    return figures;
  };
  const relayed = async (): Promise<number> => {
    const target = await standIns.createTarget();
    const databaseUrl = await createDatabase(`bench_relay_${String(round)}`);
    for (const store of [journalStore, relayStore]) await migrate(databaseUrl, store);
    const owner = new Client({ connectionString: databaseUrl });
    await owner.connect();
    await copyJournal(owner, journal, events);
    await owner.query('VACUUM ANALYZE');
    await owner.end();
    const asked: RelayLoad = { target, databaseUrl, events };
    const seconds = await relayProgram.ask<number>(asked);
    await standIns.drop(target);
    return seconds;
  };

  return {
    async round() {
      round += 1;
      const { publishSeconds, sendSeconds } = await alone();
      const ours = events / (await relayed());
      return {
        stream: { ours, limit: events / publishSeconds },
        both: { ours, limit: events / (publishSeconds + sendSeconds) },
      };
    },
    async close() {
      await Promise.all([bare.stop(), relayProgram.stop()]);
      await standIns.stop();
    },
  };
}
