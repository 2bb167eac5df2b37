import { randomUUID } from 'node:crypto';
import {
  type PostgresJournal,
  createPostgresJournal,
} from '../../../src/adapters/postgres/journal/postgres-journal';
import { rebuildBalances } from '../../../src/adapters/postgres/journal/rebuild-balances';
import { parseKept, textOf } from '../../../src/verification/kept/progress';
import { type TenantId, operatorTenant, parseTenant } from '../../../src/core/kernel';
import { toStream } from '../../../src/core/ports';
import { checkBalances } from '../../../src/verification/balance-check';
import { nothingReached } from '../../../src/verification/reached';
import { createSharedFeed } from '../../../src/verification/shared-feed';
import { type Progress, fromTheBeginning } from '../../../src/verification/verification-progress';
import { type Move, effectsOfMoved, moved } from '../../support/moved';
import { type WholeStores, createWholeStores } from '../../support/whole-stores';

const other = parseTenant('mer_00000000000000000000000000_test') as TenantId;
const metadata = { actor: 'test', correlationId: 'c1' };

let whole: WholeStores;
let journal: PostgresJournal;
beforeEach(async () => {
  whole = await createWholeStores();
  journal = createPostgresJournal({ connectionString: whole.url, effectsOf: effectsOfMoved });
  await move(operatorTenant, { balance: 'one', deltaMinor: 500 }, { balance: 'other', deltaMinor: 500 });
  await move(other, { balance: 'one', deltaMinor: 7 });
});
afterEach(async () => {
  await journal.close();
  await whole.close();
});

async function move(tenant: TenantId, ...moves: readonly Move[]): Promise<void> {
  const append = { tenant, metadata, stream: randomUUID(), expectedVersion: 0, events: [moved(...moves)] };
  expect(await journal.append(toStream(append))).toMatchObject({ kind: 'appended' });
}

const verify = (
  progress: Progress,
  more: { readonly mayGoOn?: () => boolean; readonly pageLimit?: number } = {},
) =>
  checkBalances(
    {
      stores: whole.stores,
      feed: createSharedFeed(whole.stores.records),
      progress,
      mayGoOn: more.mayGoOn ?? (() => true),
      pageLimit: more.pageLimit ?? 2,
    },
    effectsOfMoved,
  );

const rebuild = () =>
  rebuildBalances({ feed: journal, effectsOf: effectsOfMoved, ownerConnectionString: whole.url });

test('balances that are the sums of their events are sound', async () => {
  expect(await verify(fromTheBeginning())).toEqual({
    kind: 'sound',
    summary: '3 balances, each the sum of its events and above its floor',
  });
});

const tamperings = [
  {
    what: 'an amount is changed',
    sql: "UPDATE journal.balances SET amount_minor = 501 WHERE balance = 'other'",
    fault: `balance other of ${operatorTenant}: amount is 501, expected 500, as its events say`,
  },
  {
    what: 'a balance is removed',
    sql: "DELETE FROM journal.balances WHERE balance = 'other'",
    fault: `balance other of ${operatorTenant}: amount is missing, expected 500, as its events say`,
  },
  {
    what: 'a balance is invented',
    sql: `INSERT INTO journal.balances (tenant, balance, amount_minor) VALUES ('${other}', 'more', 1)`,
    fault: `balance more of ${other}: amount is 1, expected no such balance, as no event changes it`,
  },
];

test.each(tamperings)('$what: found, and mended by a rebuild', async ({ sql, fault }) => {
  await whole.asOwner(sql);
  expect(await verify(fromTheBeginning())).toEqual({ kind: 'fault', fault });
  expect(await rebuild()).toEqual({ balances: 3, events: 2 });
  expect(await verify(fromTheBeginning())).toMatchObject({ kind: 'sound' });
});

test('a debit that went below its floor is found, although the sums agree', async () => {
  const unguarded = createPostgresJournal({
    connectionString: whole.url,
    effectsOf: (event) => effectsOfMoved(event).map((effect) => ({ ...effect, floorMinor: null })),
  });
  const events = [moved({ balance: 'one', deltaMinor: -600, floorMinor: -50 })];
  await unguarded.append(
    toStream({ tenant: operatorTenant, metadata, stream: 'late', expectedVersion: 0, events }),
  );
  await unguarded.close();
  expect(await verify(fromTheBeginning())).toEqual({
    kind: 'fault',
    fault: `balance one of ${operatorTenant}: amount after position 3 is -100, expected -50 or more`,
  });
  await expect(rebuild()).rejects.toThrow('one is -100 after position 3, and -50 or more');
});

test('a verification that is stopped after every page, and kept as text in between, ends with the same', async () => {
  for (let n = 0; n < 9; n += 1) await move(operatorTenant, { balance: `many-${String(n)}`, deltaMinor: n });
  let progress = fromTheBeginning();
  let stops = 0;
  for (;;) {
    const finding = await verify(progress, { mayGoOn: () => false });
    if (finding.kind !== 'unfinished') {
      expect(finding).toMatchObject({
        kind: 'sound',
        summary: expect.stringMatching(/^12 balances/) as string,
      });
      break;
    }
    stops += 1;
    const kept = parseKept(textOf({ recent: progress, whole: null, reached: nothingReached }));
    if (!kept.ok || kept.passes.recent === null) throw new Error(kept.ok ? 'nothing was kept' : kept.why);
    progress = kept.passes.recent;
  }
  expect(stops).toBeGreaterThan(5);
  // What was swept is not swept again; what events change is compared again.
  await move(operatorTenant, { balance: 'one', deltaMinor: 1 });
  await whole.asOwner("UPDATE journal.balances SET amount_minor = 0 WHERE balance = 'one'");
  expect(await verify(progress)).toMatchObject({ kind: 'fault' });
});

test('while money moves, what is compared is what was true at one instant; a rebuild loses nothing', async () => {
  let isMoving = true;
  const moving = Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      const [from, to] = n % 2 === 0 ? (['one', 'other'] as const) : (['other', 'one'] as const);
      while (isMoving) {
        const events = [moved({ balance: from, deltaMinor: -3 }, { balance: to, deltaMinor: 3 })];
        const stream = randomUUID();
        await journal.append(
          toStream({ tenant: operatorTenant, metadata, stream, expectedVersion: 0, events }),
        );
      }
    }),
  );
  try {
    for (let round = 0; round < 5; round += 1) {
      expect(await verify(fromTheBeginning(), { pageLimit: 100 })).toMatchObject({ kind: 'sound' });
      await rebuild();
    }
  } finally {
    isMoving = false;
    await moving;
  }
  expect(await verify(fromTheBeginning())).toMatchObject({ kind: 'sound' });
  const [one, rest] = await Promise.all(
    ['one', 'other'].map((balance) => journal.readBalance(operatorTenant, balance)),
  );
  expect((one ?? 0n) + (rest ?? 0n)).toBe(1_000n);
});
