import type { Pool } from 'pg';
import type { Readiness } from '../api/dependencies';
import type { Books } from './books';

/** Longer than a healthy database ever takes, shorter than a load balancer's patience. */
const timeoutMs = 2_000;

/** Asks every store for a sign of life. */
export const createReadiness = (books: Books) => async (): Promise<Readiness> => {
  const { payment, ledger, audit } = books.pools;
  const checks = await Promise.all([
    check('journal', books.records.head()),
    check('payment_db', ping(payment)),
    check('ledger_db', ping(ledger)),
    check('audit_db', ping(audit)),
  ]);
  return { ready: checks.every(([, { ready }]) => ready), checks: Object.fromEntries(checks) };
};

const ping = (pool: Pool) => pool.query('SELECT 1');

async function check(
  name: string,
  asked: Promise<unknown>,
): Promise<[string, { ready: boolean; detail?: string }]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${String(timeoutMs)} ms`)), timeoutMs);
  });
  try {
    await Promise.race([asked, late]);
    return [name, { ready: true }];
  } catch {
    // The reason goes to the log of whoever lost the connection; this page is public.
    return [name, { ready: false, detail: 'does not answer' }];
  } finally {
    clearTimeout(timer);
  }
}
