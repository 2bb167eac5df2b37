import { contexts } from '../../src/core/contexts';

/**
 * What one payment makes the machines do, as the programs of this repository do it: a charge that is captured at once,
 * with its job, its notice from the PSP, and one look-up by the merchant.
 */
export const perPayment = {
  /** Created, captured, and one notice of the PSP. */
  events: 3,
  /** An event with its metadata in the journal, its index entries included. */
  journalBytes: 1_200,
  /** Read model, two ledger entries and the audit trail, with their indexes. */
  bookBytes: 3_600,
  /** Batched appends and reader batches: blocks read and written. */
  databaseRequests: 20,
  /** Send, receive and delete of a job, for one job and a part of another. */
  queueRequests: 5,
  /** The worker waits for the PSP; the readers take their share of a batch. */
  functionSeconds: 0.6,
  /** Of functions, with batches of a few messages under small traffic. */
  functionInvocations: 2,
  /** Charge, notice, look-up. */
  requests: 3,
  requestBytes: 6_000,
  /** To the PSP and back, through NAT. */
  pspBytes: 12_000,
  /** Lines of the log and of the load balancer. */
  logBytes: 1_500,
  /** Of the requests and of the functions' own: one in twenty is kept. */
  traces: 0.25,
  /** Decryptions that are not answered from a cache. */
  keyRequests: 0.05,
} as const;

/** How long data of a month stays and costs, in months: what a steady state of one year holds. */
export const keptMonths = 12;

/** Counts of things that a stage has however small it is; a test compares them with the stacks. */
export const fixtures = {
  keys: 7,
  secrets: 7,
  /**
   * Each name in each service that writes it. Counts of cold starts and of lines that are errors are left out: a metric
   * costs for the hours in which it is sent.
   */
  metrics: 26 + contexts.streamReaders.length,
  dashboards: 1,
  firewallRules: 5,
  /** Services with private endpoints. */
  endpoints: 8,
} as const;
