/** Where the pipeline lives, what it takes, and whom it asks. */
export interface PipelineConfiguration {
  /** An account of its own: anyone who can change the pipeline can change every stage. */
  readonly account: string;
  readonly region: string;
  readonly source: {
    /** Of the connection to the host of the repository, made once by hand in the console. */
    readonly connectionArn: string;
    readonly owner: string;
    readonly repository: string;
    readonly branch: string;
  };
  /** E-mail addresses that get a message when a version waits for approval, or the pipeline failed. */
  readonly approvers: readonly [string, ...string[]];
  readonly logRetentionDays: 30 | 90 | 180 | 365;
  /** Networks of the pipeline's own; its one public address is for the allow-lists of the stages. */
  readonly cidr: string;
  /** What staging must bear before anybody is asked. */
  readonly loadTest: {
    readonly chargesPerSecond: number;
    readonly seconds: number;
    readonly maxP99Ms: number;
  };
}
