import { randomUUID } from 'node:crypto';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import {
  type PostgresJournal,
  createPostgresJournal,
} from '../../src/adapters/postgres/journal/postgres-journal';
import { migrate } from '../../src/adapters/postgres/migrate';
import { type ChargeId, type RefundId, operatorTenant } from '../../src/core/kernel';
import { chargeCodec, chargeStream, requestRefund } from '../../src/core/payments';
import { type EffectsOf, toStream } from '../../src/core/ports';
import { anyAmount, authorized, captured, created } from '../../test/support/charges';
import { appendOne, appendsPerSecond, newAppend } from '../load/append';
import type { BenchContext, OpenedRow, Row, Sample } from '../row';

const load = { callers: 256, seconds: 2 } as const;
const refundCount = 40;
/** One is over in milliseconds. */
const refundRepetitions = 10;
const metadata = { actor: 'bench', correlationId: 'bench' };

/** Guarded balances beside plain appends, and many commands at once on one stream beside as many streams. */
export const balances: Row = {
  name: 'balances',
  goals: {
    two: {
      title: 'append that moves money between 2 balances ÷ plain append, 256 callers',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.8, of: 'ratio' },
    },
    thousand: {
      title: 'append that moves money between 1,000 balances ÷ plain append, 256 callers',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.8, of: 'ratio' },
    },
    refunds: {
      title: '40 refunds at once on one charge ÷ 40 on 40 charges, all accepted',
      unit: 'ms',
      bound: { kind: 'at_most', value: 3, of: 'ratio' },
    },
  },
  open,
};

/** The stream says between which balances the event moves money: `bench-<id>:<from>:<to>`. */
const effectsOf: EffectsOf = ({ stream }) => {
  const [, from, to] = stream.split(':');
  if (from === undefined || to === undefined) return [];
  return [
    { balance: from, deltaMinor: -1n, floorMinor: -1_000_000_000n },
    { balance: to, deltaMinor: 1n, floorMinor: null },
  ];
};

async function transfer(journal: PostgresJournal, among: number): Promise<void> {
  const from = Math.floor(Math.random() * among);
  const to = (from + 1 + Math.floor(Math.random() * (among - 1))) % among;
  const plain = newAppend();
  const [write] = plain.writes;
  if (write === undefined) throw new Error('an append has a write');
  const stream = `${write.stream}:balance-${String(from)}:balance-${String(to)}`;
  const { kind } = await journal.append({ ...plain, writes: [{ ...write, stream }] });
  if (kind !== 'appended') throw new Error(`a transfer is ${kind}`);
}

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const url = await createDatabase('bench_balances');
  await migrate(url, journalStore);
  const journal = createPostgresJournal({ connectionString: url, effectsOf });
  await appendsPerSecond(() => transfer(journal, 1_000), { callers: 256, seconds: 1 });
  return {
    async round() {
      const limit = await appendsPerSecond(() => appendOne(journal), load);
      const two = { ours: await appendsPerSecond(() => transfer(journal, 2), load), limit };
      const thousand = { ours: await appendsPerSecond(() => transfer(journal, 1_000), load), limit };
      return { two, thousand, refunds: await refunds(journal) };
    },
    close: () => journal.close(),
  };
}

async function refunds(journal: PostgresJournal): Promise<Sample> {
  let ours = 0;
  let limit = 0;
  for (let n = 0; n < refundRepetitions; n += 1) {
    limit += await timeOfRefunds(journal, await paidCharges(journal, refundCount));
    const [only] = await paidCharges(journal, 1);
    ours += await timeOfRefunds(
      journal,
      Array.from({ length: refundCount }, () => only),
    );
  }
  return { ours: ours / refundRepetitions, limit: limit / refundRepetitions };
}

/** @returns milliseconds until all are accepted */
async function timeOfRefunds(
  journal: PostgresJournal,
  charges: readonly (ChargeId | undefined)[],
): Promise<number> {
  const startedAt = performance.now();
  const handled = await Promise.all(
    charges.map((chargeId) => {
      if (chargeId === undefined) throw new Error('there is a charge');
      return requestRefund(journal, anyAmount)(
        {
          chargeId,
          refundId: `re_${randomUUID()}` as RefundId,
          amount: { amountMinor: 1n, currency: 'EUR' },
          reason: null,
          metadata: {},
          createdAt: Date.now(),
        },
        { tenant: operatorTenant, metadata },
      );
    }),
  );
  const tookMs = performance.now() - startedAt;
  for (const { kind } of handled) if (kind !== 'done') throw new Error(`a refund is ${kind}`);
  return tookMs;
}

function paidCharges(journal: PostgresJournal, count: number): Promise<readonly ChargeId[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const chargeId = `ch_${randomUUID()}` as ChargeId;
      const events = [created({ chargeId }), authorized(), captured()].map((event) =>
        chargeCodec.encode(event),
      );
      await journal.append(
        toStream({
          tenant: operatorTenant,
          stream: chargeStream(chargeId),
          expectedVersion: 0,
          events,
          metadata,
        }),
      );
      return chargeId;
    }),
  );
}
