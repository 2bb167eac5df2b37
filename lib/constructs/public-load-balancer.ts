import { Duration } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnSecurityGroupIngress, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  DesyncMitigationMode,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { acceptFindings } from './accept-findings';

export interface PublicLoadBalancerProps {
  readonly configuration: StageConfiguration;
  readonly vpc: IVpc;
  readonly accessLogs: IBucket;
  /** From where the stage itself calls: its canary and its pipeline are let in. */
  readonly egressAddresses: readonly string[];
  /** The port that the tasks listen on. */
  readonly taskPort: number;
}

const httpsPort = 443;
/** Where the new version is tried while callers still reach the old one. */
export const testPort = 8443;
/** Longer than the longest wait that a request may ask for, and within the time that a task has to stop. */
const deregistrationDelay = Duration.seconds(45);
/** Checks that fail in a row, ten seconds apart, before a task is replaced: a failover of the journal is over before. */
const unhealthyChecks = 6;

/** The load balancer: TLS outside, two groups of tasks inside, of which callers reach one and a deployment tries the other. */
export class PublicLoadBalancer extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly certificate: Certificate;
  readonly blue: ApplicationTargetGroup;
  readonly green: ApplicationTargetGroup;
  readonly productionRule: ApplicationListenerRule;
  readonly testRule: ApplicationListenerRule;

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { configuration, vpc, accessLogs } = props;
    const { api, dns, isProtected } = configuration;
    const isPrivate = api.exposure.kind === 'private';
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: dns.hostedZoneId,
      zoneName: dns.hostedZoneName,
    });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: api.domainName,
      validation: CertificateValidation.fromDns(zone),
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: !isPrivate,
      vpcSubnets: { subnetGroupName: isPrivate ? subnetGroups.application : subnetGroups.public },
      securityGroup: this.createSecurityGroup(props),
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.STRICTEST,
      deletionProtection: isProtected,
      idleTimeout: Duration.seconds(60),
    });
    this.loadBalancer.logAccessLogs(accessLogs, 'load-balancer');
    this.blue = this.createTargetGroup('Blue', props);
    this.green = this.createTargetGroup('Green', props);
    this.productionRule = this.createRule('Production', httpsPort);
    this.testRule = this.createRule('Test', testPort);
    if (api.firewall.kind === 'none')
      acceptFindings(this.loadBalancer, {
        rule: 'PCI.DSS.321-ALBWAFEnabled',
        reason: 'Only the networks of an allow-list reach a stage without a firewall.',
        until: '2027-11-30',
      });
    new ARecord(this, 'Address', {
      zone,
      recordName: `${api.domainName}.`,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer)),
    });
  }

  private createSecurityGroup({
    configuration,
    vpc,
    egressAddresses,
  }: PublicLoadBalancerProps): SecurityGroup {
    const { api, network } = configuration;
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'The load balancer',
      allowAllOutbound: false,
    });
    const blocks = [...callersOf(configuration), ...(api.exposure.kind === 'public' ? [] : [network.cidr])];
    // No port without TLS: a key that was sent there would have been read before any redirect.
    for (const block of blocks) group.addIngressRule(Peer.ipv4(block), Port.tcp(httpsPort), 'Callers');
    group.addIngressRule(Peer.ipv4(network.cidr), Port.tcp(testPort), 'Trials of a new version');
    if (api.exposure.kind !== 'private') {
      const ports = api.exposure.kind === 'public' ? [testPort] : [httpsPort, testPort];
      for (const port of ports) this.letStageCall(group, port, egressAddresses);
    }
    if (api.exposure.kind === 'public')
      acceptFindings(group, {
        rule: 'AwsSolutions-EC23',
        reason: 'The API of production is public; the firewall is before it.',
        until: '2027-11-30',
      });
    return group;
  }

  /** What the stage itself calls comes from its own addresses, which are known when they are made. */
  private letStageCall(group: SecurityGroup, port: number, addresses: readonly string[]): void {
    addresses.forEach((address, index) => {
      const rule = new CfnSecurityGroupIngress(this, `Itself${port}From${index + 1}`, {
        groupId: group.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        cidrIp: `${address}/32`,
        description: 'The stage itself',
      });
      acceptFindings(
        rule,
        {
          rule: 'AwsSolutions-EC23',
          reason: 'One address, which the rule cannot read before it is made.',
          until: '2027-11-30',
        },
        {
          rule: 'PCI.DSS.321-EC2RestrictedCommonPorts',
          reason: 'One address, which the rule cannot read before it is made.',
          until: '2027-11-30',
        },
        {
          rule: 'PCI.DSS.321-EC2RestrictedSSH',
          reason: 'One address, which the rule cannot read before it is made.',
          until: '2027-11-30',
        },
      );
    });
  }

  private createTargetGroup(id: string, { vpc, taskPort }: PublicLoadBalancerProps): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, id, {
      vpc,
      port: taskPort,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      deregistrationDelay,
      healthCheck: {
        // The journal alone: no other task would reach a store that this one does not.
        path: '/readyz/journal',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: unhealthyChecks,
        healthyHttpCodes: '200',
      },
    });
  }

  /** A deployment exchanges the two groups in these rules. */
  private createRule(name: string, port: number): ApplicationListenerRule {
    const listener: ApplicationListener = this.loadBalancer.addListener(name, {
      port,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [this.certificate],
      sslPolicy: SslPolicy.TLS13_12_RES_PQ,
      open: false,
      defaultAction: ListenerAction.fixedResponse(404),
    });
    return new ApplicationListenerRule(this, `${name}Rule`, {
      listener,
      priority: 1,
      conditions: [ListenerCondition.pathPatterns(['/*'])],
      action: ListenerAction.weightedForward([
        { targetGroup: this.blue, weight: 100 },
        { targetGroup: this.green, weight: 0 },
      ]),
    });
  }
}

/** Who may reach the load balancer, besides the stage itself. */
function callersOf({ api, network }: StageConfiguration): readonly string[] {
  switch (api.exposure.kind) {
    case 'public':
      return ['0.0.0.0/0'];
    case 'allow-list':
      return api.exposure.networks;
    case 'private':
      return network.connectedNetworks;
  }
}
