import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is right by its rule and accepted here. */
export interface AcceptedFinding {
  /** As cdk-nag writes it, for example `AwsSolutions-IAM5[Resource::*]`. */
  readonly rule: string;
  /** Why the finding does no harm here: a whole sentence. */
  readonly reason: string;
  /** Day, `YYYY-MM-DD`, on which the reason must be looked at again; from then on a test fails. */
  readonly until: string;
}

/** Where an accepted finding is written down in the tree, for the test of expiry and use. */
export const acceptedFindingMetadata = 'fincore:accepted-finding';

/** With this context key cdk-nag reports what was accepted, too: `npx cdk synth --context fincore:show-accepted-findings=true`. */
export const showAcceptedFindings = 'fincore:show-accepted-findings';

/** Accepts findings about a construct and everything in it. */
export function acceptFindings(construct: IConstruct, ...findings: readonly AcceptedFinding[]): void {
  const showsThem: unknown = construct.node.tryGetContext(showAcceptedFindings);
  for (const finding of findings) {
    construct.node.addMetadata(acceptedFindingMetadata, finding);
    if (showsThem === undefined) {
      Validations.of(construct).acknowledge({ id: finding.rule, reason: finding.reason });
    }
  }
}
