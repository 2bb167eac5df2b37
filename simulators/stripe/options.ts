export interface StripeSimulatorOptions {
  /** 0 takes a free port. @default 0 */
  readonly port?: number;
  /** The simulator answers on the loopback address only. */
  readonly host?: '127.0.0.1';
  /** Where everything is kept; null keeps it in memory until the simulator stops. */
  readonly dataDir: string | null;
  /** The pause before a webhook's second attempt, doubling from there. @default {@link defaults.webhookRetryBaseMs} */
  readonly webhookRetryBaseMs?: number;
  /** After how long pending refunds and payouts get their outcome. @default {@link defaults.refundSettlementDelayMs} */
  readonly refundSettlementDelayMs?: number;
  /** How long answers are kept for their idempotency keys. @default {@link defaults.idempotencyTtlMs} */
  readonly idempotencyTtlMs?: number;
  /** How large the log may grow before it is rewritten as a snapshot. @default {@link defaults.compactionBytes} */
  readonly compactionBytes?: number;
  /** So many objects of each kind are kept ready; older ones are packed. @default {@link defaults.looseLimit} */
  readonly looseLimit?: number;
  /** Faults to start with, as `POST /simulator/faults` takes them. @default none */
  readonly faults?: readonly unknown[];
  /** Receives one line for each thing worth knowing; nothing is written otherwise. */
  readonly log?: (line: string) => void;
}

export const defaults = {
  host: '127.0.0.1',
  webhookRetryBaseMs: 1_000,
  refundSettlementDelayMs: 1_000,
  idempotencyTtlMs: 24 * 60 * 60 * 1_000,
  compactionBytes: 32 * 1_024 * 1_024,
  looseLimit: 2_000,
  /** Webhooks under way at once. */
  webhookConcurrency: 32,
} as const;
