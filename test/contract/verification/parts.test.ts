import {
  type VerificationOptions,
  verifyAndMeasure,
} from '../../../src/operations/stage-verification/verify-and-measure';
import { textOf } from '../../../src/verification/kept/progress';
import { fromTheBeginning } from '../../../src/verification/verification-progress';
import { runChecks } from '../../../src/verification/verify';
import type { MetricName } from '../../../src/core/ports';
import { query } from '../../support/embedded-postgres-directory';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';

/** So short that each run of the function ends after one page of each check. */
const noTime = { remainingMs: 0, pageLimit: 40 };
const muchTime = { remainingMs: 600_000, pageLimit: 20 };
const mostParts = 60;

let filled: FilledStores;
let whole: WholeStores;
beforeAll(async () => {
  filled = await fillWholeStores(60);
}, 60_000);
beforeEach(async () => {
  whole = await filled.copy();
});
afterEach(() => whole.close());
afterAll(() => filled.drop());

/** One run of the function: what it measured and said, and the fault that it failed with. */
async function part(time: Pick<VerificationOptions, 'remainingMs' | 'pageLimit' | 'isWhole'> = noTime) {
  const measured = new Map<MetricName, number>();
  const said: string[] = [];
  const say = (facts: object, message: string) => void said.push(`${message} ${JSON.stringify(facts)}`);
  const fault = await verifyAndMeasure({
    stores: whole.stores,
    counts: { record: (name, value = 1) => void measured.set(name, value) },
    log: { info: say, warn: say, error: say },
    ...time,
  }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { fault, measured, said };
}

/** Runs until a whole pass has ended, or a fault is found. */
async function untilWhole() {
  const percents: number[] = [];
  for (let n = 1; n <= mostParts; n += 1) {
    const { fault, measured } = await part();
    percents.push(measured.get('WholeVerificationPercent') ?? NaN);
    if (fault !== null || measured.has('LedgerImbalance')) return { fault, measured, percents };
  }
  throw new Error(`no whole pass ended within ${String(mostParts)} parts: ${percents.join(', ')}`);
}

const aDayLater = () =>
  whole.asOwner(`UPDATE verification.passes SET proven_at = proven_at - interval '1 day'`);

async function kept(): Promise<{ readonly revision: string; readonly kept: unknown } | undefined> {
  const [row] = await query<{ revision: string; kept: unknown }>(
    whole.url,
    'SELECT revision, kept FROM verification.passes',
  );
  return row;
}

async function inOnePass(): Promise<string | null> {
  const outcome = await runChecks({
    stores: whole.stores,
    carrier: { name: 'relay', run: () => Promise.resolve({ kind: 'sound', summary: '' }) },
    progress: fromTheBeginning(),
  });
  return outcome.kind === 'fault' ? `${outcome.check}: ${outcome.fault}` : null;
}

describe('the verification in parts', () => {
  test('comes to the end of the journal, and keeps exactly what one pass ends with', async () => {
    const { fault, percents, measured } = await untilWhole();
    expect(fault).toBeNull();
    expect(percents.length).toBeGreaterThan(6);
    expect(percents.at(-1)).toBe(100);
    expect([...percents].sort((left, right) => left - right)).toEqual(percents);
    expect(Object.fromEntries(measured)).toMatchObject({
      LedgerImbalance: 0,
      ChainBroken: 0,
      VerificationCompleted: 1,
    });
    const inParts = (await kept())?.kept;
    await whole.asOwner('UPDATE verification.passes SET kept = NULL');
    expect((await part(muchTime)).measured.get('LedgerImbalance')).toBe(0);
    expect(inParts).toEqual((await kept())?.kept);
  }, 120_000);

  test('then looks at what is new only, and completes each time', async () => {
    await part(muchTime);
    await whole.addCharges(3);
    const { measured, said } = await part(muchTime);
    expect(said.join('\n')).toMatch(/^journal: 315 events in 63 streams, no gap/m);
    expect(measured.get('VerificationCompleted')).toBe(1);
    expect(measured.get('WholeVerificationAgeSeconds')).toBeLessThan(3_600);
  }, 60_000);

  const position = (where: string) =>
    `(SELECT ${where}(position) FROM journal.events WHERE type = 'ChargeCaptured')`;
  test.each([
    {
      what: 'an event',
      alter: (where: string) =>
        `UPDATE journal.events SET data = replace(data::text, '"1000"', '"9000"')::json WHERE position = ${position(where)}`,
      says: /^(seals|ledger by journal): /,
    },
    {
      what: 'an entry of the ledger',
      alter: (where: string) =>
        `UPDATE ledger.entries SET amount = amount + 1, balance_after = balance_before + amount + 1
         WHERE (tenant, sequence) = (SELECT tenant, first_sequence FROM ledger.transactions WHERE position = ${position(where)})`,
      says: /^ledger: mer_\w+, entry \d+: /,
    },
    {
      what: 'an entry of the audit',
      alter: (where: string) =>
        `UPDATE audit.entries SET actor = 'nobody' WHERE position = ${position(where)}`,
      says: /^audit: audit entry of position \d+: actor is nobody, expected worker/,
    },
    {
      what: 'a row of PaymentDB',
      alter: (where: string) =>
        `UPDATE payments.charges SET amount_minor = amount_minor + 5 WHERE charge_id = (SELECT ${where}(charge_id COLLATE "C") FROM payments.charges)`,
      says: /^payments: charge ch_\w+: /,
    },
  ])(
    '$what that is altered among what is new is found at once, an old one by the next whole pass: as one pass says',
    async ({ alter, says }) => {
      expect((await untilWhole()).fault).toBeNull();
      await whole.addCharges(2);
      await whole.asOwner(alter('max'));
      const atOnce = await part(muchTime);
      expect(atOnce.fault).toMatch(says);
      expect(atOnce.measured.get('VerificationCompleted')).toBe(1);
      expect(atOnce.measured.get('LedgerImbalance')).not.toBe(0);
      // Told again each time, and nothing moves on above it.
      expect((await part(muchTime)).fault).toBe(atOnce.fault);
      await whole.asOwner('UPDATE verification.passes SET kept = NULL');
      expect((await untilWhole()).fault).toBe(await inOnePass());
    },
    120_000,
  );

  test.each([
    ['an event', `UPDATE journal.events SET metadata = '{}' WHERE position = 33`, /^seals: position 33: /],
    [
      'an entry of the ledger',
      'UPDATE ledger.entries SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE sequence = 5',
      /^ledger: mer_\w+, entry 5: hash is /,
    ],
    [
      'an entry of the audit',
      `UPDATE audit.entries SET actor = 'nobody' WHERE position = 33`,
      /^audit: audit entry of position 33: /,
    ],
    [
      'an entry of the audit, added where nobody compares',
      `CREATE TABLE public.kept AS SELECT * FROM audit.entries WHERE position = 33;
       UPDATE public.kept SET id = 'aud_' || repeat('0', 26); INSERT INTO audit.entries SELECT * FROM public.kept`,
      /^audit: audit entries of partition 1: entries is 301, expected 300/,
    ],
    [
      'a charge, added where nobody compares',
      `CREATE TABLE public.kept AS SELECT * FROM payments.charges LIMIT 1;
       UPDATE public.kept SET charge_id = 'ch_' || repeat('z', 26); INSERT INTO payments.charges SELECT * FROM public.kept`,
      /^payments: charge ch_z{26}: row is a row, expected none/,
    ],
    [
      'a refund without its charge',
      `CREATE TABLE public.kept AS SELECT * FROM payments.refunds LIMIT 1;
       UPDATE public.kept SET refund_id = 're_' || repeat('z', 26), charge_id = 'ch_' || repeat('z', 26);
       INSERT INTO payments.refunds SELECT * FROM public.kept`,
      /^payments: refund re_z{26}: row is a row, expected none, its charge ch_z{26} is missing/,
    ],
    [
      'an entry of the metadata index',
      `INSERT INTO payments.metadata SELECT tenant, object, 'stray', value, created_at, id FROM payments.metadata LIMIT 1`,
      /^payments: charge ch_\w+: metadata index is stray = ch_\w+, expected no such row/,
    ],
    [
      'a missing entry of the metadata index',
      `DELETE FROM payments.metadata WHERE id = (SELECT min(id) FROM payments.metadata)`,
      /^payments: charge ch_\w+: metadata index is no row for order, expected order = ch_\w+/,
    ],
  ])(
    '%s: old, so what is new stays sound, and the next whole pass finds it',
    async (_, sql, says) => {
      expect((await part(muchTime)).fault).toBeNull();
      await whole.asOwner(sql);
      expect((await part(muchTime)).fault).toBeNull();
      await aDayLater();
      expect((await untilWhole()).fault).toMatch(says);
    },
    120_000,
  );

  test('an operator has everything verified now, whatever is under way, and later runs go on with it', async () => {
    expect((await untilWhole()).fault).toBeNull();
    await whole.asOwner(`UPDATE audit.entries SET actor = 'nobody' WHERE position = 133`);
    expect((await part(muchTime)).fault).toBeNull();
    const first = await part({ ...noTime, isWhole: true });
    expect(first.measured.get('WholeVerificationPercent')).toBeLessThan(100);
    // Asked again, it begins again: what the pass had behind it may have been altered since.
    const again = await part({ ...noTime, isWhole: true });
    expect(again.measured.get('WholeVerificationPercent')).toBe(
      first.measured.get('WholeVerificationPercent'),
    );
    expect((await untilWhole()).fault).toMatch(/^audit: audit entry of position 133: /);
  }, 60_000);

  test('what is kept while a whole pass is under way does not hold up what is new', async () => {
    expect((await untilWhole()).fault).toBeNull();
    await aDayLater();
    expect((await part()).measured.get('WholeVerificationPercent')).toBeLessThan(100);
    await whole.addCharges(1);
    const { measured } = await part();
    expect(measured.get('VerificationCompleted')).toBe(1);
    // Nothing says that all is sound before the whole pass has been through.
    expect(measured.has('LedgerImbalance')).toBe(false);
    expect(measured.get('WholeVerificationAgeSeconds')).toBeGreaterThan(86_000);
    expect((await untilWhole()).measured.get('WholeVerificationAgeSeconds')).toBeLessThan(3_600);
  }, 120_000);

  test('a run that is killed loses nothing but its own page', async () => {
    for (let n = 0; n < 3; n += 1) await part();
    const before = await kept();
    // Its databases go away under it, as when its time is over in the middle.
    await whole.asOwner(`ALTER TABLE audit.checkpoints RENAME TO gone`);
    expect((await part()).fault).toMatch(/does not exist/);
    await whole.asOwner(`ALTER TABLE audit.gone RENAME TO checkpoints`);
    expect(await kept()).toEqual(before);
    expect((await untilWhole()).fault).toBeNull();
  }, 120_000);

  test('two runs at once find the same, and what one of them keeps is kept whole', async () => {
    for (let n = 0; n < mostParts; n += 1) {
      const two = await Promise.all([part(), part()]);
      expect(two.map(({ fault }) => fault)).toEqual([null, null]);
      if (two.some(({ measured }) => measured.has('LedgerImbalance'))) break;
    }
    const inTwos = (await kept())?.kept;
    await whole.asOwner('UPDATE verification.passes SET kept = NULL');
    await part(muchTime);
    expect(inTwos).toEqual((await kept())?.kept);
  }, 120_000);

  test('the tasks of another run are left to it when it was faster', async () => {
    const [one, other] = await Promise.all([part(muchTime), part(muchTime)]);
    expect([one.fault, other.fault]).toEqual([null, null]);
    expect([...one.said, ...other.said].join('\n')).toContain('another verification goes on from here');
    expect((await kept())?.revision).toBe('1');
  }, 60_000);
});

describe('what is kept', () => {
  test.each([
    ['is no object', `'[]'`],
    ['comes from another version', `jsonb_set(kept::jsonb, '{format}', '99')`],
    ['has a position that is none', `jsonb_set(kept::jsonb, '{recent,journal,position}', '-1')`],
    ['has a hash that is none', `jsonb_set(kept::jsonb, '{recent,seals,hash}', '"zz"')`],
    ['lacks a part', `kept::jsonb #- '{recent,audit}'`],
  ])(
    'and %s is discarded with a word, and everything is verified again',
    async (_, change) => {
      await part(muchTime);
      await whole.asOwner(`UPDATE journal.events SET metadata = '{}' WHERE position = 33`);
      await whole.asOwner(`UPDATE verification.passes SET kept = (${change})::json`);
      const { said, fault } = await part(muchTime);
      expect(said.join('\n')).toContain('what the last verification kept is discarded');
      expect(fault).toMatch(/^seals: position 33: /);
    },
    60_000,
  );

  test('was made up to hide a fault: the next whole pass finds it all the same', async () => {
    await part(muchTime);
    const honest = (await kept())?.kept;
    await whole.asOwner(`UPDATE journal.events SET metadata = '{}' WHERE position = 33`);
    await whole.asOwner(`UPDATE verification.passes SET kept = '${JSON.stringify(honest)}'`);
    expect((await part(muchTime)).fault).toBeNull();
    await aDayLater();
    expect((await part(muchTime)).fault).toMatch(/^seals: position 33: /);
    await whole.asOwner(`UPDATE verification.passes SET proven_at = now() + interval '100 years'`);
    expect((await part(muchTime)).fault).toMatch(/^seals: position 33: /);
  }, 60_000);

  test('is not gone on from when a reader is being rebuilt: everything is verified again, without a false fault', async () => {
    await part(muchTime);
    await whole.asOwner(
      `DELETE FROM ledger.entries; DELETE FROM ledger.transactions; DELETE FROM ledger.accounts;
       DELETE FROM ledger.chains; UPDATE ledger.checkpoints SET position = 0`,
    );
    const { said, fault } = await part(muchTime);
    expect(fault).toBeNull();
    expect(said.join('\n')).toContain('ledger stands at 0, before 300: everything is verified again');
    await whole.addCharges(1);
    expect((await part(muchTime)).fault).toBeNull();
  }, 60_000);

  test('is as small as the accounts are few, however many events there are', async () => {
    await part(muchTime);
    const before = JSON.stringify((await kept())?.kept).length;
    await whole.addCharges(100);
    await part(muchTime);
    expect(JSON.stringify((await kept())?.kept).length).toBeLessThan(before * 1.1);
    expect(
      textOf({ recent: null, whole: null, reached: { journal: 0, ledger: 0, audit: 0, payments: 0 } }),
    ).toBe(
      '{"format":5,"reached":{"journal":0,"ledger":0,"audit":0,"payments":0},"recent":null,"whole":null}',
    );
  }, 60_000);
});
