import { Names } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { EncryptedLogGroup } from './encrypted-log-group';

export interface FirewallProps {
  readonly configuration: StageConfiguration;
  /** Encrypts the log. */
  readonly logKey: IKey;
  /** A load balancer's firewall lives in its region, a distribution's in us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly requestsPerAddressPerFiveMinutes: number;
}

/** Rule groups that AWS maintains, each with the rules that only count here. */
const managedRuleGroups = [
  // Bodies up to 1 MiB are right for this API, which bounds them itself; the firewall looks at their first 8 KB.
  { name: 'AWSManagedRulesCommonRuleSet', countedRules: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesSQLiRuleSet', countedRules: [] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', countedRules: [] },
  { name: 'AWSManagedRulesAmazonIpReputationList', countedRules: [] },
] as const;

/** Stops what no caller sends in good faith before it reaches the API or the pages. */
export class Firewall extends Construct {
  readonly accessControlList: CfnWebACL;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    this.accessControlList = new CfnWebACL(this, 'Resource', {
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: visibilityOf('Firewall'),
      rules: [...managedRules(), rateRule(managedRuleGroups.length, props.requestsPerAddressPerFiveMinutes)],
    });
    this.log(props);
  }

  /** Puts it before a load balancer. */
  protect(loadBalancerArn: string): void {
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: loadBalancerArn,
      webAclArn: this.accessControlList.attrArn,
    });
  }

  private log({ configuration, logKey }: FirewallProps): void {
    const logGroup = new EncryptedLogGroup(this, 'LogGroup', {
      configuration,
      key: logKey,
      // WAF writes to log groups with this prefix only.
      logGroupName: `aws-waf-logs-${Names.uniqueResourceName(this, { maxLength: 100, separator: '-' })}`,
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.accessControlList.attrArn,
      logDestinationConfigs: [logGroup.logGroupArn],
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        { singleHeader: { Name: 'stripe-signature' } },
      ],
    });
  }
}

function managedRules(): CfnWebACL.RuleProperty[] {
  return managedRuleGroups.map(({ name, countedRules }, priority) => ({
    name,
    priority,
    overrideAction: { none: {} },
    visibilityConfig: visibilityOf(name),
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  }));
}

const rateRule = (priority: number, limit: number): CfnWebACL.RuleProperty => ({
  name: 'RatePerAddress',
  priority,
  action: { block: { customResponse: { responseCode: 429 } } },
  visibilityConfig: visibilityOf('RatePerAddress'),
  statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
});

const visibilityOf = (metricName: string) => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
});
