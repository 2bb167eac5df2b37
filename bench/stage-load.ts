import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { parseCanarySecret } from '../src/operations/canary/canary-secret';

/** What a stage must bear before the pipeline goes on. */
interface Gate {
  readonly url: string;
  readonly chargesPerSecond: number;
  readonly seconds: number;
  /** The slowest one in a hundred may take this long to be accepted. */
  readonly maxP99Ms: number;
  /** How long the last charge may take to its outcome after the load has ended. */
  readonly drainSeconds: number;
}

interface Verdict {
  readonly what: string;
  readonly ok: boolean;
  readonly seen: string;
}

const usage =
  'usage: --url <origin> [--rate 50] [--seconds 60] [--max-p99-ms 1000] [--drain-seconds 120]; FINCORE_CANARY holds {"secret_key": "sk_…", "payment_token": "tok_…"}';

/** Charges at a steady rate against any API: all must be accepted, quickly, and all must come to their outcome. */
async function main(): Promise<void> {
  const gate = gateOf(process.argv.slice(2));
  const merchant = parseCanarySecret(process.env['FINCORE_CANARY'] ?? '');
  const batch = `load-${randomUUID()}`;
  const verdicts = await loadOn(gate, merchant, batch);
  for (const { what, ok, seen } of verdicts)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${what.padEnd(9)} ${seen}`);
  if (!verdicts.every(({ ok }) => ok)) process.exitCode = 1;
}

type Merchant = ReturnType<typeof parseCanarySecret>;

async function loadOn(gate: Gate, merchant: Merchant, batch: string): Promise<readonly Verdict[]> {
  const authorization = `Bearer ${merchant.secretKey}`;
  let made = 0;
  const result = await autocannon({
    url: `${gate.url}/v1/charges`,
    connections: Math.min(64, Math.max(1, gate.chargesPerSecond)),
    overallRate: gate.chargesPerSecond,
    duration: gate.seconds,
    timeout: 30,
    requests: [
      {
        method: 'POST',
        body: JSON.stringify({
          amount: 1999,
          currency: 'EUR',
          payment_token: merchant.paymentToken,
          metadata: { load: batch },
        }),
        setupRequest: (next) => ({
          ...next,
          headers: {
            authorization,
            'content-type': 'application/json',
            'idempotency-key': `${batch}-${String((made += 1))}`,
          },
        }),
      },
    ],
  });
  const refused = result.non2xx + result.errors + result.timeouts;
  const accepted = result['2xx'];
  const expected = gate.chargesPerSecond * gate.seconds;
  const drained = await drain(gate, authorization, batch);
  return [
    { what: 'accepted', ok: refused === 0, seen: `${accepted} charges, ${refused} refused or unanswered` },
    // A tenth below the rate is the generator's; more is the stage's.
    { what: 'rate', ok: accepted >= expected * 0.9, seen: `${accepted} of ${expected} asked for` },
    {
      what: 'p99',
      ok: result.latency.p99 <= gate.maxP99Ms,
      seen: `${result.latency.p99} ms, at most ${gate.maxP99Ms} ms`,
    },
    drained,
  ];
}

const openStates = ['processing', 'unknown', 'requires_action', 'in_review'];
const askEveryMs = 1_000;
const answerTimeoutMs = 10_000;

/** Waits until no charge of this load is without its outcome. */
async function drain(gate: Gate, authorization: string, batch: string): Promise<Verdict> {
  const begunAt = performance.now();
  const deadlineMs = begunAt + gate.drainSeconds * 1_000;
  for (;;) {
    const open = await openCharges(gate.url, authorization, batch);
    const elapsedSeconds = Math.round((performance.now() - begunAt) / 1_000);
    if (open === 0)
      return { what: 'outcomes', ok: true, seen: `all known ${elapsedSeconds} s after the load` };
    if (performance.now() > deadlineMs)
      return { what: 'outcomes', ok: false, seen: `${open} or more are open after ${elapsedSeconds} s` };
    await pause(askEveryMs);
  }
}

async function openCharges(url: string, authorization: string, batch: string): Promise<number> {
  const counts = await Promise.all(
    openStates.map(async (status) => {
      const response = await fetch(`${url}/v1/charges?status=${status}&metadata[load]=${batch}&limit=100`, {
        headers: { authorization },
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
      if (!response.ok) throw new Error(`listing charges was answered ${String(response.status)}`);
      return ((await response.json()) as { readonly data: readonly unknown[] }).data.length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function gateOf(words: readonly string[]): Gate {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { url: text, rate: text, seconds: text, 'max-p99-ms': text, 'drain-seconds': text },
  });
  const number = (name: 'rate' | 'seconds' | 'max-p99-ms' | 'drain-seconds', otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${name} is ${String(values[name])}; ${usage}`);
    return value;
  };
  if (values.url === undefined || !URL.canParse(values.url)) throw new Error(usage);
  return {
    url: new URL(values.url).origin,
    chargesPerSecond: number('rate', 50),
    seconds: number('seconds', 60),
    maxP99Ms: number('max-p99-ms', 1_000),
    drainSeconds: number('drain-seconds', 120),
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
