/** One thing that is wrong with the configuration of a stage. */
export interface ConfigurationProblem {
  /** Where, for example `network.zones`. */
  readonly setting: string;
  /** What was received and what is allowed, as a whole sentence. */
  readonly message: string;
}

/** All problems of a stage at once, so that they are mended in one go. */
export class WrongConfiguration extends Error {
  override readonly name = 'WrongConfiguration';
  constructor(
    readonly stage: string,
    readonly problems: readonly ConfigurationProblem[],
  ) {
    const lines = problems.map(({ setting, message }) => `  ${setting}: ${message}`);
    super(`The configuration of stage ${stage} cannot be used.\n${lines.join('\n')}`);
  }
}
