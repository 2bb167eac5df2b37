/** What the command line knows of the cloud: the stages that are configured, and what is written about them. */
export interface Cloud {
  readonly stages: readonly string[];
  readonly regionOf: (stage: string) => string;
  /** Ends of the names of the stacks that a stage consists of. */
  readonly stacksOf: (stage: string) => readonly string[];
  /** Ids of the alarms that a stage has. */
  readonly alarmsOf: (stage: string) => readonly string[];
  /** An estimate, as lines. */
  readonly costReport: (stage: string, paymentsPerMonth: number) => readonly string[];
  /** Pages that are written from the configuration, by their paths in the project. */
  readonly pages: () => Readonly<Record<GeneratedPage, string>>;
}

export type GeneratedPage = `docs/${string}`;
