import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { AccessLogBucket } from '../constructs/access-log-bucket';
import { Firewall } from '../constructs/firewall';
import { logsMayUseKey } from '../constructs/logs-may-use-key';
import { StageKey } from '../constructs/stage-key';
import { StaticSite } from '../constructs/static-site';

export interface SitesStackProps extends StackProps {
  readonly configuration: StageConfiguration;
}

/** Where certificates and firewalls of CloudFront must be. The sites hold no data of anybody, so all of them is there. */
export const sitesRegion = 'us-east-1';

/** Staff load pages a few times a minute; the limit is for machines. */
const requestsPerAddressPerFiveMinutes = 2_000;

/** The pages of the staff, and the script that shops load: both from a content network. */
export class SitesStack extends Stack {
  readonly admin: StaticSite;
  readonly sdk: StaticSite;

  constructor(scope: Construct, id: string, props: SitesStackProps) {
    super(scope, id, props);
    const { configuration } = props;
    const { admin, api, dns } = configuration;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: dns.hostedZoneId,
      zoneName: dns.hostedZoneName,
    });
    const key = new StageKey(this, 'Key', { configuration, description: 'Pages, and logs about them' });
    key.addToResourcePolicy(logsMayUseKey(this));
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', {
      configuration,
      isWrittenByCloudFront: true,
    });
    const firewall = admin.firewall
      ? new Firewall(this, 'Firewall', {
          configuration,
          logKey: key,
          scope: 'CLOUDFRONT',
          requestsPerAddressPerFiveMinutes,
        })
      : null;
    const common = { configuration, zone, key, accessLogs };
    this.admin = new StaticSite(this, 'Admin', {
      ...common,
      domainName: admin.domainName,
      firewall,
      content: 'pages',
      contentSecurityPolicy: pagePolicy([
        `https://${api.domainName}`,
        `https://${admin.signInPrefix}.auth.${configuration.region}.amazoncognito.com`,
        `https://cognito-idp.${configuration.region}.amazonaws.com`,
      ]),
    });
    this.sdk = new StaticSite(this, 'Sdk', {
      ...common,
      domainName: admin.sdkDomainName,
      firewall,
      content: 'files',
      // A script obeys the policy of the page that loads it; opened directly it may do nothing.
      contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
    });
    // The distributions are the only ones in the account that could use the key, so their ids need not be named.
    Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac');
    for (const [name, site] of Object.entries({ Admin: this.admin, Sdk: this.sdk })) {
      new CfnOutput(this, `${name}Bucket`, { value: site.bucket.bucketName });
      new CfnOutput(this, `${name}DistributionId`, { value: site.distribution.distributionId });
    }
  }
}

const pagePolicy = (connectTo: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${connectTo.join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
