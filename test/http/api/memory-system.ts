import { anyAmount } from '../../support/charges';
import { bindWebhooks } from '../../../src/compose/webhooks';
import { contexts } from '../../../src/core/contexts';
import { createBoundedCache } from '../../../src/adapters/embedded/bounded-cache';
import { createIds } from '../../../src/adapters/embedded/ids';
import { nodeKeyMaterial } from '../../../src/adapters/embedded/secret-keys';
import { createMemoryAudit } from '../../../src/adapters/memory/audit';
import { createMemoryDeliveries } from '../../../src/adapters/memory/deliveries';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import { createMemoryMerchantDirectory } from '../../../src/adapters/memory/merchant-directory';
import { createRuleLanguage } from '../../../src/adapters/cel/rule-language';
import { createRuleCache } from '../../../src/adapters/embedded/rule-cache';
import { bindRisk } from '../../../src/core/risk';
import { createMemoryReadModels } from '../../../src/adapters/memory/read-models';
import { buildApp } from '../../../src/api/app';
import {
  type ApiDependencies,
  type ApiLimits,
  type RowsOf,
  defaultApiLimits,
} from '../../../src/api/dependencies';
import { createLogger } from '../../../src/api/logging/logger';
import {
  createAuthenticator,
  type MintKey,
  createKeyMint,
  createMerchant,
  getMerchant,
  issueKey,
  listMerchants,
  noticeMerchantChanges,
  revokeKey,
  rotateKey,
} from '../../../src/core/accounts';
import { type TenantId, newId, parseId, tenantOf } from '../../../src/core/kernel';
import {
  type PspReport,
  awaitCharge,
  cancelCharge,
  captureCharge,
  chargeStream,
  chargesTable,
  createAssessedCharge,
  createCharge,
  findCharge,
  paymentQueries,
  paymentsReadModel,
  recordOutcome,
  refundsTable,
  requestRefund,
  reviewCharge,
} from '../../../src/core/payments';
import { type Journal, type Reader, readYourWrites } from '../../../src/core/ports';
import { follow } from '../../../src/runtime/follow';
import { createStreamWatch } from '../../../src/runtime/stream-watch';
import type { StartTimer } from '../../../src/core/kernel';
import { type Client, clientOf } from './client';

const startTimer: StartTimer = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
};

export interface Shop {
  readonly tenant: TenantId;
  readonly merchantId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly liveSecretKey: string;
}

export interface SystemOptions {
  readonly limits?: Partial<ApiLimits>;
  readonly trustedProxies?: readonly string[];
  /** Stands between the API and the journal, for faults. */
  readonly aroundJournal?: (journal: Journal) => Journal;
  readonly logLines?: string[];
  readonly logLevel?: 'debug' | 'info';
  readonly change?: (dependencies: ApiDependencies) => ApiDependencies;
}

export type System = Awaited<ReturnType<typeof startSystem>>;

/** The whole API on memory adapters, over real HTTP on a free port. The provider's part is played by the test. */
export async function startSystem(options: SystemOptions = {}) {
  const parts = createParts(options);
  const app = await buildApp(options.change?.(parts.dependencies) ?? parts.dependencies);
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  const operator: Client = clientOf(baseUrl, parts.operatorKey);
  return {
    ...parts,
    app,
    baseUrl,
    operator,
    anonymous: clientOf(baseUrl),
    as: (key: string): Client => clientOf(baseUrl, key),
    async stop() {
      await app.close();
      await parts.stopReaders();
    },
  };
}

function createParts(options: SystemOptions) {
  const stores = createStores();
  const { records, clock, ids } = stores;
  const operatorKey = 'ok_operatorkeyofthetests';
  const authenticator = createAuthenticator({
    journal: records,
    keyMaterial: nodeKeyMaterial,
    clock,
    createCache: createBoundedCache,
    operatorKeyHash: nodeKeyMaterial.sha256Hex(operatorKey),
  });
  const around = options.aroundJournal?.(records) ?? records;
  const journal = noticeMerchantChanges(around, (merchantId) => authenticator.forget(merchantId));
  const mintKey = createKeyMint({ ids, keyMaterial: nodeKeyMaterial });
  const lines = options.logLines ?? [];
  const risk = bindRisk(journal, {
    language: createRuleLanguage(),
    clock,
    cache: createRuleCache(),
  });
  const dependencies: ApiDependencies = {
    ...settingsOf(options, lines),
    clock,
    ids,
    authenticate: authenticator.authenticate,
    journal,
    rowsOf: stores.rowsOf,
    payments: {
      provider: 'stripe',
      chargeLifetimeMs: 24 * 60 * 60_000,
      createCharge: createAssessedCharge(
        createCharge(journal, { livemode: false, ...anyAmount }),
        risk.assess,
      ),
      captureCharge: captureCharge(journal, anyAmount),
      cancelCharge: cancelCharge(journal),
      requestRefund: requestRefund(journal, anyAmount),
      reviewCharge: reviewCharge(journal),
      findCharge: findCharge(journal),
      history: (tenant, chargeId) => journal.readStream(tenant, chargeStream(chargeId)),
      awaitCharge: awaitCharge(journal, stores.streams, clock),
    },
    paymentQueries: stores.paymentQueries,
    risk,
    chart: contexts.chart,
    ledger: stores.ledger.book,
    merchants: {
      createMerchant: createMerchant(journal, mintKey),
      getMerchant: getMerchant(journal),
      listMerchants: listMerchants(journal, createMemoryMerchantDirectory(records)),
      issueKey: issueKey(journal, mintKey),
      rotateKey: rotateKey(journal, mintKey),
      revokeKey: revokeKey(journal),
    },
    webhooks: bindWebhooks(journal, stores.deliveries, webhookSettings),
    auditLog: stores.audit.log,
    auditQueries: stores.audit.queries,
  };
  return { ...stores, dependencies, operatorKey, lines, ...merchantsAndProvider(records, mintKey, clock) };
}

/** The journal and everything that is derived from it. */
function createStores() {
  const clock = Date.now;
  const ids = createIds();
  const records = createMemoryJournal({ clock });
  const streams = createStreamWatch(startTimer);
  const models = createMemoryReadModels(contexts.readModels);
  const ledger = createMemoryLedger({ sha256: (text) => nodeKeyMaterial.sha256Hex(text) });
  const audit = createMemoryAudit({ ids });
  const deliveries = createMemoryDeliveries();
  const failures: unknown[] = [];
  const followed = (reader: Reader) =>
    follow(records, reader, {
      startTimer,
      random: Math.random,
      onError: ({ error }) => failures.push(error),
    });
  const projections = models.readers.map(followed);
  const following = [
    ...projections,
    followed(tapOf((events) => streams.notify(events))),
    followed(ledger.reader),
    followed(audit.reader),
  ];
  const freshRows: RowsOf = (model, table) => {
    const at = contexts.readModels.findIndex(({ name }) => name === model.name);
    const projection = projections[at];
    if (projection === undefined) throw new Error(`${model.name} is followed`);
    return readYourWrites(models.rowsOf(model, table), records, projection);
  };
  return {
    clock,
    ids,
    records,
    streams,
    ledger,
    audit,
    deliveries,
    failures,
    rowsOf: freshRows,
    paymentQueries: paymentQueries({
      charges: freshRows(paymentsReadModel, chargesTable),
      refunds: freshRows(paymentsReadModel, refundsTable),
    }),
    async caughtUp() {
      const head = await records.head();
      await Promise.all(following.map((reader) => reader.caughtUp(head, 5_000)));
    },
    async stopReaders() {
      await Promise.all(following.map((reader) => reader.stop()));
    },
  };
}

const sealingKey = { value: 'sealing key of the tests', version: '1' };
const webhookSettings = {
  sealingKeys: () => Promise.resolve({ current: sealingKey, previous: null }),
  arePrivateAllowed: false,
};

const settingsOf = (options: SystemOptions, lines: string[]) => ({
  log: createLogger({
    level: options.logLevel ?? 'info',
    destination: { write: (line: string) => void lines.push(line) },
  }),
  limits: {
    ...defaultApiLimits,
    perCredentialPerSecond: 100_000,
    anonymousPerMinute: 100_000,
    ...options.limits,
  },
  publicBaseUrl: 'https://pay.example',
  trustedProxies: options.trustedProxies ?? [],
  receiveNotice: () => Promise.resolve({ kind: 'rejected', reason: 'signature_invalid' } as const),
  readiness: () => Promise.resolve({ ready: true, checks: { journal: { ready: true } } }),
  metrics: () => Promise.resolve('fincore_up 1\n'),
});

/** What the test does beside the API: opens shops, and says what the provider said. */
function merchantsAndProvider(records: Journal, mintKey: MintKey, clock: () => number) {
  const metadata = { actor: 'worker', correlationId: 'test' };
  return {
    async openShop(name = 'Corner Shop'): Promise<Shop> {
      const merchantId = newId('mer', createIds());
      const made = await createMerchant(records, mintKey)(
        { merchantId, name, createdAt: clock() },
        { metadata },
      );
      if (made.kind !== 'done') throw new Error(`the shop was not opened: ${made.kind}`);
      const [secretKey, publishableKey, liveSecretKey] = made.keys.map(({ text }) => text);
      if (secretKey === undefined || publishableKey === undefined || liveSecretKey === undefined)
        throw new Error('a merchant begins with four keys');
      return { tenant: tenantOf(merchantId, false), merchantId, secretKey, publishableKey, liveSecretKey };
    },
    /** Records what the provider said, as a worker does. */
    async report(tenant: TenantId, chargeId: string, said: PspReport): Promise<void> {
      const id = parseId('ch', chargeId);
      if (id === null) throw new Error(`${chargeId} is no charge`);
      const handled = await recordOutcome(records)(id, [said], { tenant, metadata });
      if (handled.kind !== 'done') throw new Error(`the outcome was not recorded: ${handled.kind}`);
    },
  };
}

/** A reader that only passes on what it sees. */
function tapOf(pass: (events: Parameters<Reader['apply']>[1]) => void): Reader {
  let position = 0;
  return {
    name: 'tap',
    checkpoint: () => Promise.resolve(position),
    apply(from, events) {
      position = from + events.length;
      pass(events);
      return Promise.resolve('applied' as const);
    },
  };
}

/** Starts systems that end with the test that started them. To be called once in a file. */
export function systemsOfEachTest(): (options?: SystemOptions) => Promise<System> {
  const running: System[] = [];
  afterEach(async () => {
    for (const system of running.splice(0)) await system.stop();
  });
  return async (options = {}) => {
    const system = await startSystem(options);
    running.push(system);
    return system;
  };
}
