import { randomUUID } from 'node:crypto';

/** Where a canary makes its charge, and in whose name. */
export interface CanaryTarget {
  /** Origin of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** The secret key of a merchant that exists for this alone: its books show only canaries. */
  readonly secretKey: string;
  /** A token of a card that always works: Stripe's test card, or the company's own where money is real. */
  readonly paymentToken: string;
}

export interface CanaryStep {
  readonly name: 'ready' | 'charge' | 'books' | 'refund';
  readonly ok: boolean;
  /** What was seen, as a sentence; never a secret. */
  readonly detail: string;
  readonly elapsedMs: number;
}

export interface CanaryReport {
  readonly ok: boolean;
  /** In order, up to the first that failed. */
  readonly steps: readonly CanaryStep[];
}

/** One unit of the currency: the least that every card network takes. */
const amountMinor = 100;
const currency = 'EUR';
/** Longer than a charge ever takes while all is well. */
const settleSeconds = 20;
const answerTimeoutMs = 30_000;

/** The path of a payment, as a merchant walks it: ready, charged, in the stores, and given back. */
export async function canaryCharge(target: CanaryTarget): Promise<CanaryReport> {
  const steps: CanaryStep[] = [];
  const step = async (name: CanaryStep['name'], work: () => Promise<string>): Promise<boolean> => {
    const begunAt = performance.now();
    const ended = (ok: boolean, detail: string) => {
      steps.push({ name, ok, detail, elapsedMs: Math.round(performance.now() - begunAt) });
      return ok;
    };
    try {
      return ended(true, await work());
    } catch (error) {
      return ended(false, reasonOf(error));
    }
  };
  const call = callerOf(target);
  let chargeId = '';
  const ok =
    (await step('ready', () => isReady(call))) &&
    (await step('charge', async () => (chargeId = await charge(call, target.paymentToken)))) &&
    (await step('books', () => booksShow(call, chargeId))) &&
    (await step('refund', () => refund(call, chargeId)));
  return { ok, steps };
}

async function isReady(call: Call): Promise<string> {
  const { status, body } = await call('GET', '/readyz');
  if (status !== 200) throw new CanaryFailed(`/readyz answered ${status}: ${JSON.stringify(body)}`);
  return 'every store answers';
}

async function charge(call: Call, paymentToken: string): Promise<string> {
  const made = await call('POST', '/v1/charges', {
    amount: amountMinor,
    currency,
    payment_token: paymentToken,
    description: 'Canary',
  });
  if (made.status !== 201) throw refusalOf('the charge', made);
  const id = textOf(made.body['id']);
  if (made.body['status'] !== 'succeeded')
    throw new CanaryFailed(
      `${id} is ${textOf(made.body['status'])} after ${settleSeconds} s: ${JSON.stringify(made.body['failure'] ?? null)}`,
    );
  return id;
}

/** The entries of the charge, which the ledger makes from the journal: the last station of every payment. */
async function booksShow(call: Call, chargeId: string): Promise<string> {
  const found = await call('GET', `/v1/ledger/entries?subject=${chargeId}`);
  if (found.status !== 200) throw refusalOf('the entries', found);
  const entries = Array.isArray(found.body['data']) ? (found.body['data'] as readonly Entry[]) : [];
  const balance = entries.reduce((sum, { side, amount }) => sum + (side === 'debit' ? amount : -amount), 0);
  if (entries.length === 0) throw new CanaryFailed(`the books show nothing of ${chargeId}`);
  if (balance !== 0) throw new CanaryFailed(`the entries of ${chargeId} are ${balance} out of balance`);
  return `${entries.length} entries of ${chargeId}, in balance`;
}

async function refund(call: Call, chargeId: string): Promise<string> {
  const made = await call('POST', '/v1/refunds', { charge: chargeId });
  if (made.status !== 201) throw refusalOf('the refund', made);
  const status = textOf(made.body['status']);
  // A bank may take its days over it.
  if (status !== 'succeeded' && status !== 'pending')
    throw new CanaryFailed(`the refund of ${chargeId} is ${status}`);
  return `${textOf(made.body['id'])} is ${status}`;
}

interface Entry {
  readonly side: string;
  readonly amount: number;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>;

const callerOf =
  ({ apiUrl, secretKey }: CanaryTarget): Call =>
  async (method, path, body) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        ...(body === undefined
          ? {}
          : {
              'content-type': 'application/json',
              'idempotency-key': `canary-${randomUUID()}`,
              prefer: `wait=${settleSeconds}`,
            }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const text = await response.text();
    return { status: response.status, body: jsonIn(text) };
  };

/** A proxy's page of HTML is an answer, too; it is shown as it is. */
function jsonIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : { text };
  } catch {
    return { text: text.slice(0, 200) };
  }
}

const refusalOf = (what: string, { status, body }: Answer): CanaryFailed =>
  new CanaryFailed(
    `${what} was answered ${status} ${textOf(body['code'] ?? '')}: ${textOf(body['detail'] ?? body['title'] ?? body['text'] ?? '')}`,
  );

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

class CanaryFailed extends Error {
  override readonly name = 'CanaryFailed';
}

/** `fetch failed` alone says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
