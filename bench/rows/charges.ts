import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { migrate } from '../../src/adapters/postgres/migrate';
import { createInstallation } from '../../test/support/fincore-process';
import { watchBooks } from '../load/books';
import { type ChargeTarget, startChargeLoad } from '../load/charge-load';
import { startProgram } from '../programs';
import { chargesPerSecondLimit, createRivalTables } from '../rivals/database-limit';
import type { BenchContext, OpenedRow, Row } from '../row';

const seconds = 4;
const connections = 64;
const singleRequests = 500;

/**
 * Accepting charges: the API process alone, beside the database alone and beside a route that writes a transaction
 * for each request; and the whole program in one process, whose workers and readers go on behind the answers.
 */
export const charges: Row = {
  name: 'charges',
  goals: {
    limit: {
      title: 'POST /v1/charges, 64 connections ÷ database alone, batches of 100 × 2',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.2, of: 'ratio' },
    },
    naive: {
      title: 'POST /v1/charges, 64 connections ÷ a transaction per request',
      unit: '/s',
      bound: { kind: 'at_least', value: 4, of: 'ratio' },
    },
    p99: {
      title: 'POST /v1/charges, 64 connections, p99',
      unit: 'ms',
      bound: { kind: 'at_most', value: 50, of: 'ours' },
    },
    whole: {
      title: 'the same at the whole program in one process ÷ a transaction per request',
      unit: '/s',
    },
    single: {
      title: 'POST /v1/charges, 1 connection, p50 ÷ one statement per request',
      unit: 'ms',
      bound: { kind: 'at_most', value: 1.2, of: 'ratio' },
    },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const rivalDatabase = await createDatabase('bench_charges_rival');
  await createRivalTables(rivalDatabase);
  const databaseUrl = await createDatabase('bench_charges');
  const installation = await createInstallation({ DATABASE_URL: databaseUrl });
  const { credentials } = await installation.start();
  const load = startChargeLoad();
  const rival = startProgram('rival', { RIVAL_DATABASE_URL: rivalDatabase });
  const rivalUrl = await rival.ask<string>({});
  const books = await watchBooks(databaseUrl);
  const apiDatabase = await createDatabase('bench_charges_api');
  await migrate(apiDatabase, journalStore);
  const chargeApi = startProgram('charge-api', { CHARGE_API_DATABASE_URL: apiDatabase });
  const api = await chargeApi.ask<ChargeTarget>({});
  const program: ChargeTarget = { url: credentials.api_url, secretKey: credentials.secret_key };
  const transaction: ChargeTarget = { url: `${rivalUrl}/transaction`, secretKey: 'none' };
  const statement: ChargeTarget = { url: `${rivalUrl}/statement`, secretKey: 'none' };

  return {
    async round() {
      const limit = await chargesPerSecondLimit(rivalDatabase, seconds);
      const naive = await load.make(transaction, { connections, seconds });
      const ours = await load.make(api, { connections, seconds });
      const oneStatement = await load.make(statement, { connections: 1, amount: singleRequests });
      const one = await load.make(api, { connections: 1, amount: singleRequests });
      const whole = await load.make(program, { connections, seconds });
      const missing = await books.missingAfterDraining();
      if (missing > 0) throw new Error(`${String(missing)} charges did not arrive`);
      return {
        limit: { ours: ours.perSecond, limit },
        naive: { ours: ours.perSecond, limit: naive.perSecond },
        p99: { ours: ours.p99Ms, limit: naive.p99Ms },
        whole: { ours: whole.perSecond, limit: naive.perSecond },
        single: { ours: one.p50Ms, limit: oneStatement.p50Ms },
      };
    },
    async close() {
      await books.close();
      await Promise.all([load.stop(), rival.stop(), chargeApi.stop()]);
      await installation.remove();
    },
  };
}
