import type { AcceptedFinding } from '../../lib/constructs/accept-findings';

/** Names the folder of the run's synthesis to the suites. */
export const synthesisFolder = 'FINCORE_TEST_SYNTHESIS';

/** What lies in the folder of a synthesis. */
export const folders = {
  /** Every stage and the pipeline, as `cdk synth` writes them. */
  cloud: 'cloud',
  /** Production with another version of the code, another image and another configuration. */
  nextVersion: 'next-version',
  /** Production that begins from a backup. */
  restored: 'restored',
  /** What the rules of cdk-nag find, and what is accepted. */
  findings: 'findings.json',
} as const;

export interface Finding {
  readonly rule: string;
  readonly path: string;
}

export interface SynthesisFindings {
  /** Every stage and the pipeline. */
  readonly cloud: AppFindings;
  readonly restored: AppFindings;
}

export interface AppFindings {
  readonly accepted: readonly (Finding & AcceptedFinding)[];
  /** The accepted ones too. */
  readonly found: readonly Finding[];
}
