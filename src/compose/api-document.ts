import { createIds } from '../adapters/embedded/ids';
import { nodeKeyMaterial } from '../adapters/embedded/secret-keys';
import { createMemoryAudit } from '../adapters/memory/audit';
import { createMemoryJournal } from '../adapters/memory/journal';
import { createMemoryDeliveries } from '../adapters/memory/deliveries';
import { createMemoryLedger } from '../adapters/memory/ledger';
import { createMemoryPayments } from '../adapters/memory/payments';
import { contexts } from '../core/contexts';
import { buildApp } from '../api/app';
import { type ApiDependencies, defaultApiLimits } from '../api/dependencies';
import { createLogger } from '../api/logging/logger';

/** Where a newcomer's installation answers; a running one puts its own address in its place. */
const publicBaseUrl = 'http://127.0.0.1:4000';

/** The text of docs/reference/openapi.json: what `/openapi.json` serves, from the same routes. */
export async function apiDocument(): Promise<string> {
  const app = await buildApp(dependencies());
  try {
    await app.ready();
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

/** Routes are described, not served: nothing behind them is ever asked. */
function dependencies(): ApiDependencies {
  const ids = createIds();
  const audit = createMemoryAudit({ ids });
  return {
    clock: Date.now,
    ids,
    log: createLogger({ level: 'silent' }),
    limits: defaultApiLimits,
    publicBaseUrl,
    trustedProxies: [],
    authenticate: notServed,
    journal: createMemoryJournal({ clock: Date.now }),
    rowsOf: notServed,
    payments: {
      provider: 'stripe',
      chargeLifetimeMs: 24 * 60 * 60_000,
      createCharge: notServed,
      captureCharge: notServed,
      cancelCharge: notServed,
      requestRefund: notServed,
      reviewCharge: notServed,
      findCharge: notServed,
      history: notServed,
      awaitCharge: notServed,
    },
    paymentQueries: createMemoryPayments().queries,
    chart: contexts.chart,
    ledger: createMemoryLedger({ sha256: (text) => nodeKeyMaterial.sha256Hex(text) }).book,
    merchants: {
      createMerchant: notServed,
      getMerchant: notServed,
      listMerchants: notServed,
      issueKey: notServed,
      rotateKey: notServed,
      revokeKey: notServed,
    },
    risk: {
      assess: notServed,
      saveRuleSet: notServed,
      activateRuleSet: notServed,
      rollBackRuleSet: notServed,
      findRuleSet: notServed,
      findEnforcement: notServed,
    },
    webhooks: {
      eventTypes: contexts.publicTypes,
      showEvents: notServed,
      createEndpoint: notServed,
      updateEndpoint: notServed,
      rotateSecret: notServed,
      pauseEndpoint: notServed,
      resumeEndpoint: notServed,
      deleteEndpoint: notServed,
      listEndpoints: notServed,
      findEndpoint: notServed,
      replayDelivery: notServed,
      deliveries: createMemoryDeliveries(),
      bodyOf: notServed,
    },
    auditLog: audit.log,
    auditQueries: audit.queries,
    receiveNotice: notServed,
    readiness: notServed,
    metrics: notServed,
  };
}

function notServed(): never {
  throw new Error('this app only describes its routes');
}
