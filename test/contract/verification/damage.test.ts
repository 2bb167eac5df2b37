import { indexCheck } from '../../../src/verification/index-check';
import { fromTheBeginning } from '../../../src/verification/verification-progress';
import { runChecks } from '../../../src/verification/verify';
import { query } from '../../support/embedded-postgres-directory';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';

let filled: FilledStores;
let whole: WholeStores;
beforeAll(async () => {
  filled = await fillWholeStores(10);
}, 60_000);
beforeEach(async () => {
  whole = await filled.copy();
});
afterEach(() => whole.close());
afterAll(() => filled.drop());

async function verify(checksIndexes = false): Promise<string | null> {
  const outcome = await runChecks({
    stores: whole.stores,
    carrier: { name: 'relay', run: () => Promise.resolve({ kind: 'sound', summary: '' }) },
    progress: fromTheBeginning(),
    further: checksIndexes ? [indexCheck(whole.stores)] : [],
  });
  return outcome.kind === 'fault' ? `${outcome.check}: ${outcome.fault}` : null;
}

/** Overwrites the first page of a relation on the disk, and has the server forget what it holds in memory. */
async function damagePage(relation: string): Promise<void> {
  const [place] = await query<{ file: string }>(
    whole.url,
    `SELECT pg_relation_filepath(${relation}) AS file`,
  );
  await query(whole.url, 'CHECKPOINT');
  // The server writes to its own file: its folder is not known here.
  await query(
    whole.url,
    `COPY (SELECT repeat('damaged', 1000)) TO PROGRAM 'dd of=${place?.file ?? ''} conv=notrunc status=none'`,
  );
  await query(whole.url, `CREATE EXTENSION IF NOT EXISTS pg_buffercache`);
  await query(
    whole.url,
    `SELECT pg_buffercache_evict(bufferid) FROM pg_buffercache WHERE relfilenode = pg_relation_filenode(${relation})`,
  );
}

test.each([
  ['a table', `'ledger.entries'::regclass`, /table ledger\.entries: PostgreSQL cannot read it: invalid page/],
  [
    'an index',
    `'journal.events_pkey'::regclass`,
    /table journal\.events, journal\.events_pkey: PostgreSQL cannot read it: invalid page/,
  ],
])(
  'a damaged page of %s is a fault that names the table',
  async (_, relation, says) => {
    await damagePage(relation);
    expect(await verify()).toMatch(says);
  },
  60_000,
);

test('indexes are checked on request: all of them are sound, and a row without its entry is a fault', async () => {
  const finding = await indexCheck(whole.stores).run();
  expect(finding).toMatchObject({ kind: 'sound' });
  expect(finding.kind === 'sound' && Number(finding.summary.split(' ')[0])).toBeGreaterThan(20);
  // While the index is not ready, PostgreSQL adds no entry to it.
  const setReady = (isReady: boolean) =>
    whole.asOwner(
      `UPDATE pg_index SET indisready = ${String(isReady)} WHERE indexrelid = 'payments.refunds_pkey'::regclass`,
    );
  await setReady(false);
  await whole.asOwner('UPDATE payments.refunds SET refund_id = refund_id');
  await setReady(true);
  expect(await verify(true)).toMatch(
    /^indexes: table payments\.refunds, index payments\.refunds_pkey: heap tuple .* lacks matching index tuple/,
  );
}, 60_000);
