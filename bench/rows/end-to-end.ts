import { createInstallation } from '../../test/support/fincore-process';
import { createMerchantClient } from '../../test/support/merchant-client';
import { watchBooks } from '../load/books';
import { startChargeLoad } from '../load/charge-load';
import { startLoneSimulator } from '../load/simulator';
import { startProgram } from '../programs';
import type { ExchangesAsked } from '../programs/exchanges';
import type { StripeLoad } from '../programs/stripe';
import type { BenchContext, OpenedRow, Row } from '../row';
import { median } from '../statistics';

const chargesPerRound = 3_000;
const connections = 64;
/** As many requests to the provider at once as the workers have by default. */
const inFlight = 64;
const idleCharges = 30;

/** From the merchant's request to the provider's money, the ledger and the read model, all in the real program. */
export const endToEnd: Row = {
  name: 'end-to-end',
  goals: {
    flow: {
      title: 'charges accepted, succeeded, in ledger and read model ÷ the stripe client alone',
      unit: '/s',
      bound: { kind: 'at_least', value: 0.6, of: 'ratio' },
    },
    kept: {
      title: 'the same ÷ its exchanges alone, with nothing kept',
      unit: '/s',
      // Keeping everything may cost twice what the exchanges cost.
      bound: { kind: 'at_least', value: 0.33, of: 'ratio' },
    },
    exchanges: {
      title: 'the exchanges alone ÷ the stripe client alone',
      unit: '/s',
    },
    idle: {
      title: 'one charge on an idle system until it has succeeded, p50',
      unit: 'ms',
      bound: { kind: 'at_most', value: 60, of: 'ours' },
    },
    lost: {
      title: 'charges that were accepted and did not arrive everywhere',
      unit: '',
      bound: { kind: 'at_most', value: 0, of: 'ours' },
    },
  },
  open,
};

async function open({ createDatabase }: BenchContext): Promise<OpenedRow> {
  const databaseUrl = await createDatabase('bench_end_to_end');
  const installation = await createInstallation({ DATABASE_URL: databaseUrl });
  const { credentials } = await installation.start();
  const target = { url: credentials.api_url, secretKey: credentials.secret_key };
  const merchant = createMerchantClient(credentials);
  const load = startChargeLoad();
  const stripe = startProgram('stripe');
  const simulator = await startLoneSimulator();
  const books = await watchBooks(databaseUrl);
  const noticed = await startLoneSimulator();
  const exchanges = startProgram('exchanges', { EXCHANGES_SIMULATOR_URL: noticed.url });
  const bare = { url: await exchanges.ask<string>({}), secretKey: 'none' };
  let told = 0;

  async function exchangesPerSecond(): Promise<number> {
    const startedAt = performance.now();
    const { accepted } = await load.make(bare, { connections, amount: chargesPerRound });
    told += accepted;
    const asked: ExchangesAsked = { told };
    await exchanges.ask(asked);
    return accepted / ((performance.now() - startedAt) / 1_000);
  }

  return {
    async round() {
      const asked: StripeLoad = { simulatorUrl: simulator.url, payments: chargesPerRound, inFlight };
      const limit = await stripe.ask<number>(asked);
      const nothingKept = await exchangesPerSecond();
      const startedAt = performance.now();
      const { accepted } = await load.make(target, { connections, amount: chargesPerRound });
      const lost = await books.missingAfterDraining();
      const ours = accepted / ((performance.now() - startedAt) / 1_000);
      const idle = await idleMs(merchant);
      return {
        flow: { ours, limit },
        kept: { ours, limit: nothingKept },
        exchanges: { ours: nothingKept, limit },
        idle: { ours: idle },
        lost: { ours: lost },
      };
    },
    async close() {
      await books.close();
      await Promise.all([load.stop(), stripe.stop(), exchanges.stop()]);
      await Promise.all([simulator.stop(), noticed.stop()]);
      await installation.remove();
    },
  };
}

async function idleMs(merchant: ReturnType<typeof createMerchantClient>): Promise<number> {
  const timesMs: number[] = [];
  for (let n = 0; n < idleCharges; n += 1) {
    const startedAt = performance.now();
    const { body } = await merchant.post(
      '/v1/charges',
      { amount: 1999, currency: 'EUR', payment_token: 'tok_visa' },
      { waitSeconds: 10 },
    );
    if (body['status'] !== 'succeeded') throw new Error(`a charge is ${String(body['status'])}`);
    timesMs.push(performance.now() - startedAt);
  }
  return median(timesMs);
}
