/**
 * How soon somebody must look: `page` wakes the engineer on call, because payments stop, money may be wrong, or both
 * will happen soon; `warn` is read on the next working day.
 */
export type Severity = 'warn' | 'page';

/** When an alarm goes off. Several levels of one alarm share its page of the runbook. */
export interface AlarmLevel {
  readonly severity: Severity;
  /** In the unit of the alarm. */
  readonly threshold: number;
}

export interface AlarmDefinition {
  /** What is measured, as a noun, for example `age of the oldest message`. */
  readonly measured: string;
  /** Follows the threshold in prose, for example `seconds`; empty for numbers of things. */
  readonly unit: string;
  /** Whether the alarm goes off above its threshold or below it. */
  readonly goesOff: 'above' | 'below';
  readonly levels: readonly [AlarmLevel, ...AlarmLevel[]];
  /** One value is kept for each period. */
  readonly periodMinutes: number;
  /** So many of the last so many periods must be beyond the threshold. */
  readonly within: { readonly breaching: number; readonly periods: number };
  /**
   * What silence means: a heartbeat that is not heard is `breaching`; where nothing happens, nothing is wrong; a state
   * that is not told stays as it is known.
   */
  readonly silence: 'breaching' | 'not-breaching' | 'as-before';
  /** Whom it hurts and how, as one sentence. */
  readonly impact: string;
  /** What to do at once, as sentences; the page of the runbook has them in full. */
  readonly firstSteps: readonly [string, string, string];
}

/** For example `above 80 percent`. */
export const levelInWords = ({ goesOff, unit }: AlarmDefinition, { threshold }: AlarmLevel): string =>
  `${goesOff} ${String(threshold)}${unit === '' ? '' : ` ${unit}`}`;
