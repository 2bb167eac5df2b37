import { eventually } from '../eventually';
import { isVerifiedRound } from './repetitions';
import type { Rig } from './rig';

/** A charge as the API shows it, as far as the books need it. */
export interface ShownCharge {
  readonly id: string;
  readonly status: string;
  readonly currency: string;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly captures: readonly { readonly status: string }[];
  readonly cancellation: { readonly status: string } | null;
}

const pageLimit = 100;
const settleTimeoutMs = 40_000;

/**
 * What must hold after every fault: each accepted charge came to its end, `fincore verify` finds nothing, and the
 * PSP, the ledger and the charges tell one story in every currency. Returns every charge by its id.
 */
export async function expectSoundBooks(
  rig: Rig,
  accepted: Iterable<string> = [],
): Promise<ReadonlyMap<string, ShownCharge>> {
  const charges = await expectSettledBooks(rig, accepted);
  await expectVerified(rig);
  return charges;
}

/** The same without `fincore verify`, which takes a process of its own: for a race's every round. */
export async function expectSettledBooks(
  rig: Pick<Rig, 'merchant' | 'psp'>,
  accepted: Iterable<string> = [],
): Promise<ReadonlyMap<string, ShownCharge>> {
  await settled(rig);
  const charges = await allCharges(rig);
  const isOpen = (charge: ShownCharge) =>
    ['processing', 'unknown'].includes(charge.status) ||
    [...charge.captures, ...(charge.cancellation === null ? [] : [charge.cancellation])].some(
      ({ status }) => status === 'pending' || status === 'unknown',
    );
  expect([...charges.values()].filter(isOpen)).toEqual([]);
  expect([...accepted].filter((id) => !charges.has(id))).toEqual([]);
  await expectOneStory(rig, charges);
  return charges;
}

/** The one or the other, by the round of a race of so many; see isVerifiedRound. */
export const expectSoundRound = (
  rig: Rig,
  [round, rounds]: readonly [round: number, rounds: number],
  accepted: Iterable<string> = [],
): Promise<ReadonlyMap<string, ShownCharge>> =>
  isVerifiedRound(round, rounds) ? expectSoundBooks(rig, accepted) : expectSettledBooks(rig, accepted);

/** `fincore verify` on the installation: exit code 0. */
export async function expectVerified(rig: Rig): Promise<void> {
  const { code, stdout, stderr } = await rig.installation.command('verify');
  expect({ code, fault: stdout.split('\n').filter((line) => line.startsWith('FAULT')), stderr }).toEqual({
    code: 0,
    fault: [],
    stderr: '',
  });
}

/** Waits until nothing is in progress any more: no open charge, refund, capture, cancellation or notice. */
async function settled({ merchant, psp }: Pick<Rig, 'merchant' | 'psp'>): Promise<void> {
  await eventually(
    async () => {
      const open = await merchant.get('/v1/charges?status=processing&status=unknown&limit=1');
      expect(open.body).toMatchObject({ data: [] });
      const refunds = await merchant.get('/v1/refunds?status=pending&status=unknown&limit=1');
      expect(refunds.body).toMatchObject({ data: [] });
      expect((await psp.stats()).pending_webhooks).toBe(0);
      for await (const charge of listed<ShownCharge>(merchant, '/v1/charges?status=authorized'))
        expect({
          ...charge,
          open: charge.captures.filter(({ status }) => status !== 'succeeded' && status !== 'failed'),
        }).toMatchObject({ cancellation: null, open: [] });
    },
    { timeoutMs: settleTimeoutMs, intervalMs: 150 },
  );
}

export async function allCharges({
  merchant,
}: Pick<Rig, 'merchant'>): Promise<ReadonlyMap<string, ShownCharge>> {
  const charges = new Map<string, ShownCharge>();
  for await (const charge of listed<ShownCharge>(merchant, '/v1/charges?')) charges.set(charge.id, charge);
  return charges;
}

async function* listed<Item extends { readonly id: string }>(
  merchant: Rig['merchant'],
  path: string,
): AsyncGenerator<Item> {
  let after = '';
  for (;;) {
    const { status, body } = await merchant.get(`${path}&limit=${String(pageLimit)}${after}`);
    if (status !== 200) throw new Error(`${path} was answered ${String(status)}: ${JSON.stringify(body)}`);
    const page = body as unknown as { readonly data: readonly Item[]; readonly has_more: boolean };
    yield* page.data;
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return;
    after = `&starting_after=${last.id}`;
  }
}

async function expectOneStory(
  rig: Pick<Rig, 'merchant' | 'psp'>,
  charges: ReadonlyMap<string, ShownCharge>,
): Promise<void> {
  const stats = await rig.psp.stats();
  const double = Object.entries(stats.charges_by_charge_id).filter(([, tally]) => tally.charges > 1);
  expect(double).toEqual([]);
  const atPsp = new Map<string, number>();
  const count = (sums: Map<string, number>, currency: string, amount: number) => {
    const sum = (sums.get(currency) ?? 0) + amount;
    if (sum === 0) sums.delete(currency);
    else sums.set(currency, sum);
  };
  for (const [currency, amount] of Object.entries(stats.captured_by_currency))
    count(atPsp, currency.toUpperCase(), amount);
  for (const [currency, amount] of Object.entries(stats.refunded_by_currency))
    count(atPsp, currency.toUpperCase(), -amount);
  const inCharges = new Map<string, number>();
  for (const charge of charges.values())
    count(inCharges, charge.currency, charge.amount_captured - charge.amount_refunded);
  // The books follow the journal within moments.
  await eventually(async () => expect(await receivables(rig, count)).toEqual(inCharges));
  expect(atPsp).toEqual(inCharges);
}

async function receivables(
  { merchant }: Pick<Rig, 'merchant'>,
  count: (sums: Map<string, number>, currency: string, amount: number) => void,
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  const { body } = await merchant.get('/v1/ledger/accounts');
  const accounts = body.data as readonly { code: string; currency: string; balance: number }[];
  for (const { code, currency, balance } of accounts)
    if (code.startsWith('psp_receivable')) count(sums, currency, balance);
  return sums;
}
