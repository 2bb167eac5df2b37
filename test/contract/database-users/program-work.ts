import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { readOutbox } from '../../../src/adapters/aws/relay/queries/read-outbox';
import { readStage } from '../../../src/adapters/aws/relay/queries/stage';
import { createRelayReader } from '../../../src/adapters/aws/relay/relay-reader';
import { contexts } from '../../../src/core/contexts';
import { riskReadModel, ruleSetsTable } from '../../../src/core/risk';
import { createRowQueries } from '../../../src/adapters/postgres/read-model/row-queries';
import { createReadModelReader } from '../../../src/adapters/postgres/read-model/read-model-reader';
import { derivedStores } from '../../../src/compose/all-stores';
import { createMerchantDirectory } from '../../../src/adapters/postgres/accounts/merchant-directory';
import { createAuditQueries } from '../../../src/adapters/postgres/audit/audit-queries';
import { createAuditReader } from '../../../src/adapters/postgres/audit/audit-reader';
import { forgetRefusals } from '../../../src/adapters/postgres/audit/queries/forget-refusals';
import { writeRefusals } from '../../../src/adapters/postgres/audit/write-refusals';
import { forgetAnswers } from '../../../src/adapters/postgres/journal/queries/forget-answers';
import { journalStore } from '../../../src/adapters/postgres/journal/journal-store';
import type { PostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { createSealer } from '../../../src/adapters/postgres/journal/sealer';
import { createLedgerQueries } from '../../../src/adapters/postgres/ledger/ledger-queries';
import { createLedgerReader } from '../../../src/adapters/postgres/ledger/ledger-reader';
import { createPaymentQueries } from '../../../src/adapters/postgres/payments/payment-queries';
import { createPaymentsReader } from '../../support/payments-reader';
import { pendingMigrations } from '../../../src/adapters/postgres/pending-migrations';
import { verifyAndMeasure } from '../../../src/operations/stage-verification/verify-and-measure';
import { openStores } from '../../../src/compose/stores';
import { factsOf } from '../../../src/core/audit';
import { paymentsReadModel } from '../../../src/core/payments';
import { newId } from '../../../src/core/kernel';
import { createEventsReadModel, deliveryIdOf, eventQueries, eventsTable } from '../../../src/core/webhooks';
import { createIds } from '../../../src/adapters/embedded/ids';
import { createDeliveryStore } from '../../../src/adapters/postgres/webhooks/delivery-store';
import {
  type Append,
  type EffectsOf,
  type Reader,
  type RecordedEvent,
  noMetrics,
  toStream,
} from '../../../src/core/ports';
import type { WholeStores } from '../../support/whole-stores';
import type { ProgramUsers } from '../../support/program-users';

/** What a program finds: its own ways into the databases, and books with some history. */
export interface Workplace {
  readonly whole: WholeStores;
  readonly users: ProgramUsers;
  /** Signed in as the program. */
  readonly pool: Pool;
  readonly journal: PostgresJournal;
  readonly events: readonly RecordedEvent[];
}

/** Of each program all that it does in the databases, through the adapters that it does it with, from the same beginning each time. */
export const programWork: Readonly<Record<string, (place: Workplace) => Promise<void>>> = {
  api: async (place) => {
    await appendAloneAndTogether(place);
    await answerForRequests(place);
    await answerAsReady(place);
    await readLists(place);
    await refuse(place);
    await forgetAnswers(place.pool, 30, 1);
    await forgetRefusals(place.pool, 30, 1);
  },
  relay: async ({ whole, pool, journal, events }) => {
    await whole.asOwner('UPDATE relay.checkpoints SET position = 0; DELETE FROM journal.seals');
    const relay = createRelayReader({
      pool,
      publisher: { publish: () => Promise.resolve() },
      queue: { enqueue: () => Promise.resolve() },
      jobsFor: async (batch) => {
        for (const { tenant, stream } of batch) await journal.readStream(tenant, stream);
        return [];
      },
      metrics: noMetrics,
    });
    await readStage(pool);
    await readOutbox(pool, 1);
    await applyInTwo(relay, await journal.read(0, events.length));
    await applyInTwo(createSealer(pool), events);
  },
  worker: async (place) => {
    await readStage(place.pool);
    await appendAloneAndTogether(place);
    await deliver(place);
  },
  payments: async ({ whole, pool, journal, events }) => {
    await createPaymentsReader(whole.stores.poolOf(paymentsReadModel)).reset();
    await readAsFunction({ pool, journal });
    await applyInTwo(createPaymentsReader(pool), events);
  },
  events: async ({ whole, pool, journal, events }) => {
    const model = createEventsReadModel(contexts.publicEventOf);
    await createReadModelReader(whole.stores.poolOf(model), model).reset();
    await readAsFunction({ pool, journal });
    await applyInTwo(createReadModelReader(pool, model), events);
  },
  ledger: async ({ whole, pool, journal, events }) => {
    await whole.asOwner(
      'UPDATE ledger.checkpoints SET position = 0; TRUNCATE ledger.entries, ledger.transactions, ledger.accounts, ledger.chains',
    );
    await readAsFunction({ pool, journal });
    await applyInTwo(createLedgerReader(pool), events);
  },
  audit: async ({ whole, pool, journal, events }) => {
    await whole.asOwner('UPDATE audit.checkpoints SET position = 0; DELETE FROM audit.entries');
    await readAsFunction({ pool, journal });
    await applyInTwo(createAuditReader(pool), events);
  },
  verification: async ({ whole, users, pool }) => {
    await readStage(pool);
    const quiet = () => undefined;
    const log = { info: quiet, warn: quiet, error: quiet };
    const settings = { databases: { poolSize: 2 }, append: { batchLimit: 1, queueLimit: 1 } };
    const stores = openStores(settings, whole.stores.urls, log, () => users.addressOf('verification'));
    try {
      await verifyAndMeasure({ stores, counts: noMetrics, log, remainingMs: 600_000, isWhole: true });
    } finally {
      await stores.close();
    }
  },
};

/** What the test's events do to balances. */
export const effectsOf: EffectsOf = ({ type }) =>
  type === 'Paid' ? [{ balance: 'test', deltaMinor: 1n, floorMinor: 0n }] : [];

/** Alone it is a plain statement, together with another the function of the journal. */
async function appendAloneAndTogether({ journal, events }: Workplace): Promise<void> {
  const [{ tenant } = { tenant: null }] = events;
  if (tenant === null) throw new Error('there is history');
  const append = (stream = `test-${randomUUID()}`, expectedVersion = 0, type = 'Tested'): Append =>
    toStream({
      tenant,
      stream,
      expectedVersion,
      events: [{ type, schemaVersion: 1, data: {} }],
      metadata: { actor: 'test', correlationId: 'c1' },
    });
  const stream = `test-${randomUUID()}`;
  await journal.append(append(stream));
  await Promise.all([journal.append(append()), journal.append(append()), journal.append(append())]);
  // Several to one stream are written in turn.
  await Promise.all([journal.append(append(stream, 1)), journal.append(append(stream, 2))]);
  await journal.append(append(stream, 3, 'Paid'));
  await journal.readStream(tenant, stream);
}

async function answerForRequests({ journal, events }: Workplace): Promise<void> {
  const [{ tenant } = { tenant: null }] = events;
  if (tenant === null) throw new Error('there is history');
  const hashOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);
  const request = { keyHash: hashOf(randomUUID()), requestHash: hashOf('body') };
  await journal.append(
    toStream({
      tenant,
      stream: `test-${randomUUID()}`,
      expectedVersion: 0,
      events: [{ type: 'Tested', schemaVersion: 1, data: {} }],
      metadata: { actor: 'test', correlationId: 'c1' },
      idempotency: { ...request, answer: { status: 201, body: '{}' } },
    }),
  );
  expect(await journal.findAnswer(request)).toMatchObject({ kind: 'replayed' });
}

async function answerAsReady({ pool, journal }: Workplace): Promise<void> {
  await readStage(pool);
  await journal.head();
  for (const store of [journalStore, ...derivedStores.map((placed) => placed.store)])
    expect(await pendingMigrations(pool, store)).toEqual([]);
}

async function readLists({ pool, events }: Workplace): Promise<void> {
  const [{ tenant } = { tenant: null }] = events;
  if (tenant === null) throw new Error('there is history');
  const page = { limit: 10 };
  await createMerchantDirectory(pool).list(page);
  await createRowQueries(pool, riskReadModel.name, ruleSetsTable).list(tenant, {}, page);
  const payments = createPaymentQueries(pool);
  await payments.listCharges(tenant, { metadata: { order: 'none' } }, page);
  await payments.listRefunds(tenant, {}, page);
  const book = createLedgerQueries(pool);
  const accounts = await book.accounts(tenant);
  expect(accounts.length).toBeGreaterThan(0);
  await book.accounts(tenant, Date.now());
  await book.entries(tenant, page);
  await createAuditQueries(pool).list({ kind: 'tenant', tenant }, {}, page);
  for (const model of contexts.readModels) await createReadModelReader(pool, model).checkpoint();
  await createLedgerReader(pool).checkpoint();
  const model = createEventsReadModel(contexts.publicEventOf);
  await eventQueries(createRowQueries(pool, model.name, eventsTable)).listEvents(tenant, {}, page);
  const deliveries = createDeliveryStore(pool);
  await deliveries.list(tenant, { statuses: ['pending'] }, page);
  await deliveries.attempts(deliveryId);
}

const deliveryId = deliveryIdOf((text) => createHash('sha256').update(text).digest('hex'), {
  eventId: 'evt_1',
  endpointId: newId('whe', createIds()),
  createdAt: 1,
});

/** A delivery that fails, is held, and succeeds. */
async function deliver({ pool, events }: Workplace): Promise<void> {
  const [event] = events;
  if (event === undefined) throw new Error('there is history');
  const { tenant, stream, version } = event;
  const deliveries = createDeliveryStore(pool);
  const endpointId = newId('whe', createIds());
  const terms = { deliveryId, tenant, endpointId, eventId: 'evt_1', eventType: 't', stream, version };
  const attempt = {
    url: 'https://a.example',
    sentAt: 1,
    elapsedMs: 1,
    statusCode: 500,
    answer: '',
    failure: 'no',
  };
  await deliveries.open({ ...terms, createdAt: 1 });
  await deliveries.record(deliveryId, { attempt, status: 'pending', nextAttemptAt: 2 });
  await deliveries.move(deliveryId, 'held');
  await deliveries.held({ tenant, endpointId }, { after: '', limit: 1 });
  await deliveries.record(deliveryId, { attempt, status: 'succeeded', nextAttemptAt: null });
}

const refuse = ({ pool, whole }: Workplace): Promise<void> =>
  writeRefusals(pool, [
    factsOf(
      {
        tenant: null,
        actor: 'nobody',
        action: 'GET /v1/charges',
        subject: null,
        outcome: 'denied',
        code: 'unauthenticated',
        requestId: 'req_1',
        clientAddress: '::1',
        occurredAt: Date.now(),
      },
      whole.stores.ids(),
    ),
  ]);

/** What every reader of the stream does beside its own: it knows its stage, and reads what a batch leaves out. */
async function readAsFunction({ pool, journal }: Pick<Workplace, 'pool' | 'journal'>): Promise<void> {
  await readStage(pool);
  await journal.head();
  await journal.read(0, 1);
}

/** In two batches, the second of which changes what the first one wrote. */
async function applyInTwo(reader: Reader, events: readonly RecordedEvent[]): Promise<void> {
  const middle = 2;
  expect(await reader.checkpoint()).toBe(0);
  expect(await reader.apply(0, events.slice(0, middle))).toBe('applied');
  expect(await reader.apply(middle, events.slice(middle))).toBe('applied');
}
