import { createHash } from 'node:crypto';
import { relayStore } from '../../src/adapters/aws/relay/relay-store';
import { verificationStore } from '../../src/adapters/aws/verification/verification-store';
import { createIds } from '../../src/adapters/embedded/ids';
import { createAuditReader } from '../../src/adapters/postgres/audit/audit-reader';
import { journalStore } from '../../src/adapters/postgres/journal/journal-store';
import { createSealer } from '../../src/adapters/postgres/journal/sealer';
import { createLedgerReader } from '../../src/adapters/postgres/ledger/ledger-reader';
import { migrate } from '../../src/adapters/postgres/migrate';
import { createReadModelReader } from '../../src/adapters/postgres/read-model/read-model-reader';
import { webhooksStore } from '../../src/adapters/postgres/webhooks/webhooks-store';
import { derivedStores } from '../../src/compose/all-stores';
import { type Stores, openStores } from '../../src/compose/stores';
import { contexts } from '../../src/core/contexts';
import { type TenantId, newId, tenantOf } from '../../src/core/kernel';
import { type ChargeEvent, chargeCodec, chargeStream } from '../../src/core/payments';
import { type Reader, silentLog, toStream } from '../../src/core/ports';
import { authorized, captured, created, refundRequested, refundSucceeded } from './charges';
import { query } from './embedded-postgres-directory';
import { type TestDatabase, copyTestDatabase, createTestDatabase } from './postgres';

/** Journal, seals, ledger, audit and PaymentDB in one database, filled without a server. */
export interface WholeStores {
  readonly url: string;
  readonly stores: Stores;
  /** Captured charges, each with a refund, of two merchants in turn: five events each. */
  addCharges(count: number): Promise<void>;
  /** As the superuser, past every trigger and foreign key. */
  asOwner(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** Events in a batch of a reader, and so in a seal. */
const batchLimit = 20;

export async function createWholeStores(): Promise<WholeStores> {
  return openWholeStores(await createMigrated(), newTenants());
}

/** Filled once; each test has its own copy, because to fill takes long. */
export interface FilledStores {
  copy(): Promise<WholeStores>;
  drop(): Promise<void>;
}

export async function fillWholeStores(chargeCount: number): Promise<FilledStores> {
  const database = await createMigrated();
  const tenants = newTenants();
  const filled = openWholeStores(database, tenants);
  await filled.addCharges(chargeCount);
  await filled.stores.close();
  return {
    copy: async () => openWholeStores(await copyTestDatabase(database.url), tenants),
    drop: () => database.drop(),
  };
}

async function createMigrated(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const stores = [
    journalStore,
    relayStore,
    verificationStore,
    webhooksStore,
    ...derivedStores.map(({ store }) => store),
  ];
  for (const store of stores) await migrate(database.url, store);
  return database;
}

function newTenants(): readonly TenantId[] {
  const ids = createIds();
  return [1, 2].map(() => tenantOf(newId('mer', ids), false));
}

function openWholeStores(database: TestDatabase, tenants: readonly TenantId[]): WholeStores {
  const { url } = database;
  const stores = openStores(
    { databases: { poolSize: 2 }, append: { batchLimit: 50, queueLimit: 1_000 } },
    { journal: url, readModels: url, ledger: url, audit: url },
    silentLog,
  );
  const readers = [
    createSealer(stores.pools.journal),
    ...contexts.readModels.map((model) => createReadModelReader(stores.poolOf(model), model)),
    createLedgerReader(stores.pools.ledger),
    createAuditReader(stores.pools.audit),
  ];
  return {
    url,
    stores,
    async addCharges(count) {
      await Promise.all(
        Array.from({ length: count }, (_, n) => addCharge(stores, tenants[n % tenants.length] ?? tenants[0])),
      );
      for (const reader of readers) await catchUp(reader, stores);
    },
    async asOwner(sql) {
      await query(url, `SET session_replication_role = replica; ${sql}`);
    },
    async close() {
      await stores.close();
      await database.drop();
    },
  };
}

async function addCharge({ records, ids }: Stores, tenant: TenantId | undefined): Promise<void> {
  if (tenant === undefined) throw new Error('there is a merchant');
  const chargeId = newId('ch', ids);
  const refundId = newId('re', ids);
  const events: readonly ChargeEvent[] = [
    created({ chargeId, metadata: { order: chargeId } }),
    authorized(),
    captured(),
    refundRequested(100, refundId),
    refundSucceeded(100, refundId),
  ];
  await records.append(
    toStream({
      tenant,
      stream: chargeStream(chargeId),
      expectedVersion: 0,
      events: events.map((event) => chargeCodec.encode(event)),
      metadata: { actor: 'worker', correlationId: chargeId },
      idempotency: {
        keyHash: hashOf(`key of ${chargeId}`),
        requestHash: hashOf(chargeId),
        answer: { status: 201, body: JSON.stringify({ id: chargeId }) },
      },
    }),
  );
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 16);

async function catchUp(reader: Reader, { records }: Stores): Promise<void> {
  for (;;) {
    const from = await reader.checkpoint();
    const events = await records.read(from, batchLimit);
    if (events.length === 0) return;
    await reader.apply(from, events);
  }
}
