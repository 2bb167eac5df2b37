import { fromTheBeginning } from '../../../src/verification/verification-progress';
import { runChecks } from '../../../src/verification/verify';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';

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

const verifying = (progress = fromTheBeginning()) =>
  runChecks({
    stores: whole.stores,
    carrier: { name: 'relay', run: () => Promise.resolve({ kind: 'sound', summary: '' }) },
    progress,
    pageLimit: 20,
  }).then((outcome) => (outcome.kind === 'fault' ? `${outcome.check}: ${outcome.fault}` : outcome.kind));

const add = (recordedAt: string) =>
  whole.asOwner(
    `INSERT INTO journal.idempotency_keys
     SELECT decode(repeat('5a', 16), 'hex'), request_hash, status, body, ${recordedAt}
     FROM journal.idempotency_keys ORDER BY recorded_at DESC LIMIT 1`,
  );

test.each([
  ['before all events', "recorded_at - interval '1 year'"],
  ['among them', '(SELECT min(recorded_at) FROM journal.events WHERE position > 150)'],
  ['with the last of them', 'recorded_at'],
  ['after all events', "now() + interval '1 year'"],
])('a key that no event was recorded with is a fault: %s', async (_, recordedAt) => {
  await add(recordedAt);
  expect(await verifying()).toMatch(/^answers: idempotency key (5a){16}: answer is there, expected none/);
});

test('a key that is added later is found by the verification that goes on', async () => {
  const progress = fromTheBeginning();
  expect(await verifying(progress)).toBe('sound');
  await whole.addCharges(1);
  expect(await verifying(progress)).toBe('sound');
  await add('now()');
  expect(await verifying(progress)).toMatch(/^answers: idempotency key (5a){16}/);
});

test('charges that are made meanwhile, and a clock that was set back, make no fault', async () => {
  await whole.asOwner(
    `UPDATE journal.idempotency_keys SET recorded_at = recorded_at - interval '1 hour'
     WHERE recorded_at = (SELECT max(recorded_at) FROM journal.idempotency_keys);
     UPDATE journal.events SET recorded_at = recorded_at - interval '1 hour'
     WHERE recorded_at = (SELECT max(recorded_at) FROM journal.events)`,
  );
  const outcomes = await Promise.all([verifying(), whole.addCharges(20)]);
  // The seal and the ledger know the time of an event: only the answers are asked about here.
  expect(outcomes[0]).not.toMatch(/^answers/);
});
