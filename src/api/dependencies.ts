import type { FastifyBaseLogger } from 'fastify';
import type {
  Authenticate,
  createMerchant,
  getMerchant,
  issueKey,
  listMerchants,
  revokeKey,
  rotateKey,
} from '../core/accounts';
import type { AuditQueries } from '../core/audit';
import type { ChargeId, Clock, Ids, TenantId } from '../core/kernel';
import type { Risk } from '../core/risk';
import type {
  PaymentQueries,
  awaitCharge,
  cancelCharge,
  captureCharge,
  createAssessedCharge,
  findCharge,
  requestRefund,
  reviewCharge,
} from '../core/payments';
import type {
  DeliveryStore,
  DeliveryTerms,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  findWebhookEndpoint,
  listWebhookEndpoints,
  pauseWebhookEndpoint,
  replayWebhookDelivery,
  resumeWebhookEndpoint,
  rotateWebhookSecret,
  showEvents,
  updateWebhookEndpoint,
} from '../core/webhooks';
import type {
  AuditLog,
  Chart,
  Journal,
  LedgerQueries,
  Metrics,
  NoticeVerdict,
  Provider,
  RateCounter,
  ReadTable,
  RecordedEvent,
  RowQueries,
} from '../core/ports';

/** Finds the queries of a table of a read model. */
export type RowsOf = <Row>(model: { readonly name: string }, table: ReadTable<Row>) => RowQueries<Row>;

/** What of the book is asked over HTTP; the chain is for the verifier. */
export type LedgerReads = Pick<LedgerQueries, 'accounts' | 'account' | 'entries'>;

/** Everything the HTTP API needs, as one argument. Compose builds it; the API reads no environment. */
export interface ApiDependencies {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Make it with `createLogger` (logging/logger.ts): that one scrubs card numbers and credentials. */
  readonly log: FastifyBaseLogger;
  readonly limits: ApiLimits;
  /** Origin under which callers reach this API, without a trailing slash; begins every problem's `type`. */
  readonly publicBaseUrl: string;
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. Empty believes nobody. */
  readonly trustedProxies: readonly string[];
  readonly authenticate: Authenticate;
  /** For a context that binds its use cases itself. */
  readonly journal: Journal;
  /** The rows of a read model, never behind a write that was acknowledged before the call. */
  readonly rowsOf: RowsOf;
  readonly payments: BoundPayments;
  /** Lists and refunds as of the caller's own last write: wrap the store with `readYourWrites`. */
  readonly paymentQueries: PaymentQueries;
  readonly ledger: LedgerReads;
  /** Which side an account grows on, and what it is for. */
  readonly chart: Chart;
  readonly merchants: BoundMerchants;
  readonly risk: Risk;
  readonly webhooks: BoundWebhooks;
  readonly auditLog: AuditLog;
  readonly auditQueries: AuditQueries;
  /** Verifies an inbound PSP webhook on its raw bytes and stores it. Resolves once it is durable. */
  readonly receiveNotice: (notice: InboundNotice) => Promise<NoticeVerdict>;
  readonly readiness: () => Promise<Readiness>;
  /** The metrics of this process in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** Counts each credential's requests over all processes. @default each process counts for itself */
  readonly rateCounter?: RateCounter;
  /** Called once for each request of a route, when it is answered or its caller has gone. @default nobody asks */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  /** Where requests are counted as they happen. @default nowhere */
  readonly counts?: Metrics;
}

export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, for example `/v1/charges/:id`; `none` where there is no such route. */
  readonly route: string;
  /** Three digits, or `aborted` where the caller went away before the answer. */
  readonly status: string;
  readonly elapsedMs: number;
}

export interface ApiLimits {
  /** Requests per second for each credential. */
  readonly perCredentialPerSecond: number;
  /** Requests without a valid credential, per minute and client address. */
  readonly anonymousPerMinute: number;
  /** Requests worked on at once; beyond it 503 `overloaded`. Requests that only wait (`Prefer: wait`) do not count. */
  readonly maxInFlight: number;
  /** Requests of one client address, without a valid credential, whose bodies have not arrived; beyond it 429. */
  readonly maxUnfinishedPerAddress: number;
  /** A request must arrive in full within this time, header and body. */
  readonly requestTimeoutMs: number;
  /** Requests that wait for an outcome at once; beyond it the answer is given without waiting. */
  readonly maxWaiting: number;
}

/** @default used by compose where the configuration is silent */
export const defaultApiLimits: ApiLimits = {
  perCredentialPerSecond: 500,
  anonymousPerMinute: 120,
  maxInFlight: 1_000,
  maxUnfinishedPerAddress: 100,
  requestTimeoutMs: 30_000,
  maxWaiting: 2_000,
};

/** The payments context with its journal bound. */
export interface BoundPayments {
  /** The payment service provider that new charges go to. */
  readonly provider: Provider;
  /** After so long, a charge that names no `expires_at` and was not taken is withdrawn. */
  readonly chargeLifetimeMs: number;
  readonly createCharge: ReturnType<typeof createAssessedCharge>;
  readonly captureCharge: ReturnType<typeof captureCharge>;
  readonly cancelCharge: ReturnType<typeof cancelCharge>;
  readonly requestRefund: ReturnType<typeof requestRefund>;
  readonly reviewCharge: ReturnType<typeof reviewCharge>;
  readonly findCharge: ReturnType<typeof findCharge>;
  /** The charge's events in version order; empty when the tenant has none such. */
  readonly history: (tenant: TenantId, chargeId: ChargeId) => Promise<readonly RecordedEvent[]>;
  readonly awaitCharge: ReturnType<typeof awaitCharge>;
}

/** The accounts context with its journal and directory bound. */
interface BoundMerchants {
  readonly createMerchant: ReturnType<typeof createMerchant>;
  readonly getMerchant: ReturnType<typeof getMerchant>;
  readonly listMerchants: ReturnType<typeof listMerchants>;
  readonly issueKey: ReturnType<typeof issueKey>;
  readonly rotateKey: ReturnType<typeof rotateKey>;
  readonly revokeKey: ReturnType<typeof revokeKey>;
}

/** The webhooks context with its journal and stores bound. */
export interface BoundWebhooks {
  /** Every type that an event can have. */
  readonly eventTypes: { has(type: string): boolean };
  readonly showEvents: ReturnType<typeof showEvents>;
  readonly createEndpoint: ReturnType<typeof createWebhookEndpoint>;
  readonly updateEndpoint: ReturnType<typeof updateWebhookEndpoint>;
  readonly rotateSecret: ReturnType<typeof rotateWebhookSecret>;
  readonly pauseEndpoint: ReturnType<typeof pauseWebhookEndpoint>;
  readonly resumeEndpoint: ReturnType<typeof resumeWebhookEndpoint>;
  readonly deleteEndpoint: ReturnType<typeof deleteWebhookEndpoint>;
  readonly listEndpoints: ReturnType<typeof listWebhookEndpoints>;
  readonly findEndpoint: ReturnType<typeof findWebhookEndpoint>;
  readonly replayDelivery: ReturnType<typeof replayWebhookDelivery>;
  readonly deliveries: Pick<DeliveryStore, 'find' | 'attempts' | 'list'>;
  /** What is sent; null when its event is no longer in the journal. */
  readonly bodyOf: (delivery: DeliveryTerms) => Promise<string | null>;
}

export interface InboundNotice {
  readonly psp: 'stripe';
  readonly rawBody: Buffer;
  /** The signature header as received. */
  readonly signature: string | undefined;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ready: boolean; readonly detail?: string }>>;
}
