/** Everything that is counted or measured for alarms and dashboards, with its unit last in its name. */
export const metricUnits = {
  /** Charges that a request has made, replays not counted. */
  ChargesAccepted: 'Count',
  /** From the arrival of a request until its charge is durable, without the wait that its caller may ask for. */
  ChargeAcceptedMilliseconds: 'Milliseconds',
  /** Requests refused because too many were worked on already, or because the process stops. */
  RequestsShed: 'Count',
  /** Requests that ended with any other answer of 500 and above. */
  RequestsFailed: 'Count',
  /** Age of the oldest event that the relay has not handed on; 0 when there is none. */
  OutboxAgeSeconds: 'Seconds',
  /** One for each look of the relay's leader at the journal: none for minutes means that nobody leads. */
  RelayHeartbeat: 'Count',
  /**
   * From the commit of an event until a reader of the stream has it: of the newest that a batch brought there, or of
   * the first that it could not.
   */
  EventLagSeconds: 'Seconds',
  EventsPublished: 'Count',
  JobsSent: 'Count',
  JobsDone: 'Count',
  /** Attempts that failed and will be made again. */
  JobsRetried: 'Count',
  /** Jobs that their handler gave up, because no attempt can help; those whose attempts were used up are in the queue's depth. */
  JobsDead: 'Count',
  /** Authorizations that the PSP was asked for, by how they ended. */
  PspApproved: 'Count',
  PspDeclined: 'Count',
  /** Asked, and not answered: the money may have moved. */
  PspUnknown: 'Count',
  /** Not asked: the PSP limits, cannot be reached, or is left alone for a while. */
  PspUnavailable: 'Count',
  PspCallMilliseconds: 'Milliseconds',
  /** Notices about payments of another installation on the same account of the PSP. */
  PspNoticesForeign: 'Count',
  /**
   * One for each verification that looked at everything that is new, or found a fault; and, as long as no whole pass
   * has ended, for each that went on with the first.
   */
  VerificationCompleted: 'Count',
  /** How much of the journal the whole pass has behind it that is under way; 100 when none is. */
  WholeVerificationPercent: 'Percent',
  /** Since the last whole pass began that ended: everything older is proven as of then. */
  WholeVerificationAgeSeconds: 'Seconds',
  /** 1 when the ledger's sums, balances or postings are not what the journal says; 0 once nothing is left to verify. */
  LedgerImbalance: 'Count',
  /** 1 when a hash chain or a seal does not verify; 0 once nothing is left to verify. */
  ChainBroken: 'Count',
  /** Age of the oldest charge that is `unknown`; 0 when there is none. */
  UnknownPaymentAgeSeconds: 'Seconds',
  /** Percentage points by which the last quarter of an hour's approvals lie below the last day's; 0 when they do not. */
  PspSuccessDropPoints: 'Percent',
  /** Lines of a settlement file that differ from the books. */
  ReconciliationBreaks: 'Count',
} as const satisfies Readonly<Record<string, MetricUnit>>;

export type MetricUnit = 'Count' | 'Seconds' | 'Milliseconds' | 'Percent';
export type MetricName = keyof typeof metricUnits;

/** Takes numbers. Never throws and never waits: no payment depends on being counted. */
export interface Metrics {
  /** Values of a `Count` are added up; every other value is a sample of its own. */
  record(name: MetricName, value?: number): void;
}

/** For programs that nobody watches. */
export const noMetrics: Metrics = { record: () => undefined };
