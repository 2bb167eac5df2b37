/** What the runner gives to a row. */
export interface BenchContext {
  /** Server on which every row makes databases of its own; names its owner. */
  readonly serverUrl: string;
  /** Makes an empty database. @returns its connection string */
  readonly createDatabase: (name: string) => Promise<string>;
  /** Says what is being done, for anyone who watches. */
  readonly tell: (line: string) => void;
}

/** What a figure is held against. */
export interface Bound {
  readonly kind: 'at_least' | 'at_most';
  readonly value: number;
  /** `ratio` is ours ÷ limit. */
  readonly of: 'ratio' | 'ours';
}

export interface Goal {
  /** What is measured, and what it is divided by. */
  readonly title: string;
  /** `/s`, `ms`, `MB`. */
  readonly unit: string;
  /** Without one, the figure is shown and not judged. */
  readonly bound?: Bound;
}

/** One round's figure, and the limit or the peer measured in the same round. */
export interface Sample {
  readonly ours: number;
  readonly limit?: number;
}

export interface OpenedRow {
  /** Measures the limit and ours, one after the other; every goal of the row gets its sample. */
  round(): Promise<Readonly<Record<string, Sample>>>;
  close(): Promise<void>;
}

export interface Row {
  /** What `--only` names. */
  readonly name: string;
  readonly goals: Readonly<Record<string, Goal>>;
  /** Rounds at most, where one takes minutes. */
  readonly mostRounds?: number;
  /** Only with `--large`. */
  readonly isLarge?: boolean;
  open(context: BenchContext): Promise<OpenedRow>;
}
