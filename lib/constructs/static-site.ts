import { Duration } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ARecord, AaaaRecord, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { acceptFindings } from './accept-findings';
import type { Firewall } from './firewall';
import { PrivateBucket } from './private-bucket';

export interface StaticSiteProps {
  readonly configuration: StageConfiguration;
  readonly domainName: string;
  readonly zone: IHostedZone;
  readonly key: IKey;
  readonly accessLogs: IBucket;
  readonly firewall: Firewall | null;
  /** What a page may load, frame and call: the text of its Content-Security-Policy. */
  readonly contentSecurityPolicy: string;
  /**
   * `pages`: an application of one page, whose paths all answer with it. `files`: scripts that other origins may load.
   */
  readonly content: 'pages' | 'files';
}

const hstsFor = Duration.days(365);

/** Files behind a content network: the bucket answers to the distribution only, and every answer carries its security headers. */
export class StaticSite extends Construct {
  readonly bucket: PrivateBucket;
  readonly distribution: Distribution;
  readonly certificate: Certificate;

  constructor(scope: Construct, id: string, props: StaticSiteProps) {
    super(scope, id);
    const { configuration, domainName, zone, key, accessLogs, firewall, content } = props;
    this.bucket = new PrivateBucket(this, 'Files', { configuration, key, accessLogs });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: domainName,
      domainNames: [domainName],
      certificate: this.certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: this.behaviorOf(props),
      logBucket: accessLogs,
      logFilePrefix: `distributions/${id.toLowerCase()}/`,
      ...(firewall === null ? {} : { webAclId: firewall.accessControlList.attrArn }),
      ...(content === 'pages' ? pagesOf() : {}),
    });
    acceptFindings(this.distribution, {
      rule: 'AwsSolutions-CFR1',
      reason: 'Shoppers and staff may be anywhere.',
      until: '2027-11-30',
    });
    if (firewall === null)
      acceptFindings(this.distribution, {
        rule: 'AwsSolutions-CFR2',
        reason: 'Static files of a stage for developers, which anybody may read.',
        until: '2027-11-30',
      });
    const target = RecordTarget.fromAlias(new CloudFrontTarget(this.distribution));
    new ARecord(this, 'Address', { zone, recordName: `${domainName}.`, target });
    new AaaaRecord(this, 'AddressV6', { zone, recordName: `${domainName}.`, target });
  }

  private behaviorOf({ content, contentSecurityPolicy }: StaticSiteProps): BehaviorOptions {
    const headers = new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: hstsFor,
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()', override: true },
          { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
          {
            header: 'Cross-Origin-Resource-Policy',
            value: content === 'files' ? 'cross-origin' : 'same-origin',
            override: true,
          },
        ],
      },
      ...(content === 'files' ? { corsBehavior: anyOrigin } : {}),
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: headers,
      compress: true,
    };
  }
}

/** A shop loads the script with an integrity hash, for which the browser needs these headers. */
const anyOrigin = {
  accessControlAllowOrigins: ['*'],
  accessControlAllowMethods: ['GET', 'HEAD'],
  accessControlAllowHeaders: ['*'],
  accessControlAllowCredentials: false,
  accessControlMaxAge: Duration.days(1),
  originOverride: true,
};

/** The bucket says 403 for what is not there, so that nobody learns its names; the page itself shows what it does not know. */
const pagesOf = () => ({
  defaultRootObject: 'index.html',
  errorResponses: [403, 404].map((httpStatus) => ({
    httpStatus,
    responseHttpStatus: 200,
    responsePagePath: '/index.html',
    ttl: Duration.minutes(1),
  })),
});
