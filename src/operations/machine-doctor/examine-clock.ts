import { withClient } from '../../adapters/postgres/with-client';
import type { Configuration } from '../../configuration/configuration';
import { type StoreUrls, storeNames } from '../../configuration/store-names';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';

/** Leases and idempotency keys count by the database's clock. */
const mostDatabaseSkewMs = 2_000;
/** @source Stripe, "Verify webhook signatures": a notice is good for 300 s. An HTTP date has whole seconds. */
const mostProviderSkewMs = 30_000;
const timeoutMs = 5_000;
const advice = 'Have a time service keep the clocks: systemctl enable --now systemd-timesyncd (or chrony).';

/** The clocks of this machine, of the databases and of the provider agree. */
export async function examineClock(
  { psp }: Pick<Configuration, 'psp'>,
  urls: StoreUrls,
): Promise<readonly Diagnosis[]> {
  const skews: { readonly of: string; readonly ms: number; readonly mostMs: number }[] = [];
  for (const url of new Set(storeNames.map((store) => urls[store])))
    skews.push({
      of: `the database ${new URL(url).host}`,
      ms: await skewOf(() => databaseTime(url)),
      mostMs: mostDatabaseSkewMs,
    });
  if (psp.kind === 'stripe')
    skews.push({ of: 'Stripe', ms: await skewOf(providerTime), mostMs: mostProviderSkewMs });
  return skews.map(({ of, ms, mostMs }) => {
    const seen = `${of} is ${(Math.abs(ms) / 1_000).toFixed(1)} s ${ms < 0 ? 'behind' : 'ahead of'} this machine`;
    return Math.abs(ms) > mostMs ? ill(seen, advice) : well(seen);
  });
}

/** The other clock against the middle of the time that asking took. */
async function skewOf(ask: () => Promise<number>): Promise<number> {
  const asked = Date.now();
  const told = await ask();
  return told - (asked + Date.now()) / 2;
}

const databaseTime = (url: string): Promise<number> =>
  withClient({ connectionString: url, connectionTimeoutMillis: timeoutMs }, async (client) => {
    const { rows } = await client.query<{ at: string }>(
      'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at',
    );
    return Number(rows[0]?.at);
  });

/** Every answer has a date, that to a request without a key as well. */
async function providerTime(): Promise<number> {
  const answer = await fetch('https://api.stripe.com/v1/balance', { signal: AbortSignal.timeout(timeoutMs) });
  await answer.arrayBuffer();
  return Date.parse(answer.headers.get('date') ?? '');
}
