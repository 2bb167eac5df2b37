import { createMerchantDirectory } from '../adapters/postgres/accounts/merchant-directory';
import { contexts } from '../core/contexts';
import { createAuditQueries } from '../adapters/postgres/audit/audit-queries';
import { createLedgerQueries } from '../adapters/postgres/ledger/ledger-queries';
import { createPaymentQueries } from '../adapters/postgres/payments/payment-queries';
import { createRowQueries } from '../adapters/postgres/read-model/row-queries';
import { createDeliveryStore } from '../adapters/postgres/webhooks/delivery-store';
import { type ApiDependencies, type LedgerReads, type RowsOf, defaultApiLimits } from '../api/dependencies';
import { createMerchant, getMerchant, issueKey, listMerchants, revokeKey, rotateKey } from '../core/accounts';
import {
  type ProviderAmounts,
  awaitCharge,
  cancelCharge,
  captureCharge,
  chargeStream,
  createAssessedCharge,
  createCharge,
  findCharge,
  paymentsReadModel,
  requestRefund,
  reviewCharge,
} from '../core/payments';
import type { TenantId } from '../core/kernel';
import {
  type AccountId,
  type AuditLog,
  type Metrics,
  type EntryQuery,
  type PspGateway,
  type ReaderProgress,
  type StreamWatch,
  readYourWrites,
} from '../core/ports';
import { createRuleCache } from '../adapters/embedded/rule-cache';
import { bindRisk } from '../core/risk';
import { createRuleLanguage } from '../adapters/cel/rule-language';
import { acceptNotice } from './accept-notice';
import type { Stores, Access } from './stores';
import type { Configuration } from '../configuration/configuration';
import type { Psp } from './psp';
import { type ReadinessCheck, createReadiness } from '../operations/readiness';
import { watchWrites } from '../runtime/write-watch';
import { type WebhookSettings, bindWebhooks } from './webhooks';

export interface ApiParts {
  readonly configuration: {
    readonly http: Pick<Configuration['http'], 'trustedProxies'>;
    readonly rateLimits: Configuration['rateLimits'];
    readonly chargeLifetimeMs: number;
  };
  readonly publicBaseUrl: string;
  readonly stores: Stores;
  readonly access: Access;
  /** Who waits for an outcome is woken by these. */
  readonly streams: StreamWatch;
  /** How far a reader has come that feeds lists or the ledger, wherever it runs. */
  readonly progressOf: (reader: string) => ReaderProgress;
  /** How long a list waits for its reader. @default as readYourWrites has it */
  readonly readWaitMs?: number;
  readonly psp: Pick<Psp, 'livemode'> & {
    readonly gateway: Pick<PspGateway, 'name' | 'amountRefusal' | 'verifyNotice'>;
  };
  readonly webhooks: WebhookSettings;
  readonly auditLog: AuditLog;
  /** @default nowhere */
  readonly counts?: Metrics;
  readonly log: ApiDependencies['log'];
  readonly metrics: ApiDependencies['metrics'];
  /** @default the stores alone decide */
  readonly readinessChecks?: readonly ReadinessCheck[];
}

/** Binds the use cases to the journal and the queries to their stores. */
export function createApiDependencies(parts: ApiParts): ApiDependencies {
  const { configuration, stores, access, psp } = parts;
  const writes = watchWrites(access.journal, stores.clock);
  const { journal } = writes;
  const amounts: ProviderAmounts = { amountRefusal: (amount) => psp.gateway.amountRefusal(amount) };
  const risk = bindRisk(journal, {
    language: createRuleLanguage(),
    clock: stores.clock,
    cache: createRuleCache(),
  });
  const whenSettled = awaitCharge(journal, parts.streams, stores.clock);
  return {
    clock: stores.clock,
    ids: stores.ids,
    log: parts.log,
    limits: { ...defaultApiLimits, ...configuration.rateLimits },
    publicBaseUrl: parts.publicBaseUrl,
    trustedProxies: configuration.http.trustedProxies,
    authenticate: access.authenticator.authenticate,
    journal,
    rowsOf: rowsIn(parts),
    payments: {
      provider: psp.gateway.name,
      chargeLifetimeMs: configuration.chargeLifetimeMs,
      createCharge: createAssessedCharge(
        createCharge(journal, { livemode: psp.livemode, ...amounts }),
        risk.assess,
      ),
      captureCharge: captureCharge(journal, amounts),
      cancelCharge: cancelCharge(journal),
      requestRefund: requestRefund(journal, amounts),
      reviewCharge: reviewCharge(journal),
      findCharge: findCharge(journal),
      history: (tenant, chargeId) => journal.readStream(tenant, chargeStream(chargeId)),
      awaitCharge: whenSettled,
    },
    paymentQueries: readYourWrites(
      createPaymentQueries(stores.poolOf(paymentsReadModel)),
      stores.records,
      parts.progressOf(paymentsReadModel.name),
      parts.readWaitMs,
    ),
    ledger: freshLedger(parts),
    chart: contexts.chart,
    merchants: {
      createMerchant: createMerchant(journal, stores.mintKey),
      getMerchant: getMerchant(journal),
      listMerchants: listMerchants(journal, createMerchantDirectory(stores.pools.journal)),
      issueKey: issueKey(journal, stores.mintKey),
      rotateKey: rotateKey(journal, stores.mintKey),
      revokeKey: revokeKey(journal),
    },
    risk,
    webhooks: bindWebhooks(journal, createDeliveryStore(stores.pools.journal), parts.webhooks),
    auditLog: parts.auditLog,
    auditQueries: createAuditQueries(stores.pools.audit),
    receiveNotice: acceptNotice(psp.gateway, journal, stores.clock, parts.counts),
    readiness: createReadiness(stores, [
      { name: 'journal_writes', ask: () => writes.check(), failure: 'the last write failed' },
      ...(parts.readinessChecks ?? []),
    ]),
    metrics: parts.metrics,
    ...(parts.counts === undefined ? {} : { counts: parts.counts }),
  };
}

const rowsIn =
  ({ stores, progressOf, readWaitMs }: ApiParts): RowsOf =>
  (model, table) =>
    readYourWrites(
      createRowQueries(stores.poolOf(model), model.name, table),
      stores.records,
      progressOf(model.name),
      readWaitMs,
    );

/** The book as the API reads it: never behind a write that the caller knows of. */
function freshLedger({ stores, progressOf, readWaitMs }: ApiParts): LedgerReads {
  const book = createLedgerQueries(stores.pools.ledger);
  return readYourWrites(
    {
      accounts: (tenant: TenantId, asOf?: number) => book.accounts(tenant, asOf),
      account: (tenant: TenantId, accountId: AccountId, asOf?: number) =>
        book.account(tenant, accountId, asOf),
      entries: (tenant: TenantId, query: EntryQuery) => book.entries(tenant, query),
    },
    stores.records,
    progressOf('ledger'),
    readWaitMs,
  );
}
