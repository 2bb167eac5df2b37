import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogMaxAggregationInterval,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type Instance,
  type IVpc,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';
import { subnetGroups } from '../config/subnet-groups';
import { acceptFindings } from '../constructs/accept-findings';
import { createEgress, type Egress } from '../constructs/egress';
import { EncryptedLogGroup } from '../constructs/encrypted-log-group';
import { logsMayUseKey } from '../constructs/logs-may-use-key';
import { StageKey } from '../constructs/stage-key';

export interface NetworkStackProps extends StackProps {
  readonly configuration: StageConfiguration;
}

/** The private network of a stage, and the key of everything that is logged in it. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  /** Encrypts logs, alarms and build artefacts: what operators read. */
  readonly operationsKey: Key;
  /** From where the stage calls the world: for the allow-lists of others, and for its own. */
  readonly egressAddresses: readonly string[];
  private readonly zones: readonly string[];

  constructor(scope: Construct, id: string, { configuration, ...stackProps }: NetworkStackProps) {
    super(scope, id, stackProps);
    this.zones = configuration.network.zones;
    this.operationsKey = this.createOperationsKey(configuration);
    const egress = createEgress(this, configuration);
    this.vpc = this.createVpc(configuration, egress);
    const { addresses, instances } = egress.complete();
    this.egressAddresses = addresses;
    instances.forEach(protectNatInstance);
    this.logFlows(configuration);
    this.addEndpoints(configuration);
  }

  /** From the configuration: looking them up would need the account. */
  override get availabilityZones(): string[] {
    return [...this.zones];
  }

  private createOperationsKey(configuration: StageConfiguration): Key {
    const key = new StageKey(this, 'OperationsKey', {
      configuration,
      description: 'Logs, alarms and build artefacts',
    });
    key.addToResourcePolicy(logsMayUseKey(this));
    return key;
  }

  private createVpc({ network }: StageConfiguration, { natGateways, natGatewayProvider }: Egress): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(network.cidr),
      maxAzs: network.zones.length,
      natGateways,
      natGatewayProvider,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: subnetGroups.public, subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: subnetGroups.application, subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        { name: subnetGroups.database, subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    acceptVpc(vpc);
    // The library's own class fits its interface only where optional properties may also be undefined.
    return vpc as IVpc;
  }

  private logFlows(configuration: StageConfiguration): void {
    const logGroup = new EncryptedLogGroup(this, 'FlowLogGroup', { configuration, key: this.operationsKey });
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: FlowLogTrafficType.ALL,
      maxAggregationInterval: FlowLogMaxAggregationInterval.TEN_MINUTES,
    });
  }

  private addEndpoints({ network }: StageConfiguration): void {
    this.vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    this.vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    if (!network.interfaceEndpoints) return;

    const securityGroup = new SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'Private endpoints of AWS services',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.ipv4(network.cidr), Port.tcp(443), 'The network itself');
    for (const [name, service] of Object.entries(privateServices)) {
      this.vpc.addInterfaceEndpoint(name, {
        service,
        subnets: { subnetGroupName: subnetGroups.application },
        securityGroups: [securityGroup],
        open: false,
      });
    }
  }
}

const privateServices = {
  Sqs: InterfaceVpcEndpointAwsService.SQS,
  Kinesis: InterfaceVpcEndpointAwsService.KINESIS_STREAMS,
  Kms: InterfaceVpcEndpointAwsService.KMS,
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Sts: InterfaceVpcEndpointAwsService.STS,
} as const;

function acceptVpc(vpc: Vpc): void {
  for (const subnet of vpc.publicSubnets) {
    acceptFindings(subnet, {
      rule: 'PCI.DSS.321-VPCNoUnrestrictedRouteToIGW',
      reason:
        'Only the load balancer and the gateways are in the public subnets, and what they let in is bounded by security groups.',
      until: '2027-11-30',
    });
  }
  // The zones of a stage are its configuration, checked against its region.
  Validations.of(vpc).acknowledge({
    id: 'CloudFormation-Validate::W3010',
    reason: 'The zones are configuration.',
  });
}

/** The provider makes the instance, and knows nothing of encryption. */
function protectNatInstance(instance: Instance): void {
  instance.instance.blockDeviceMappings = [
    { deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3', volumeSize: natDiskGib } },
  ];
  Validations.of(instance).acknowledge({
    id: 'CloudFormation-Validate::W9010',
    reason: 'The image is configuration, so that no deployment replaces the machine unasked.',
  });
  acceptFindings(
    instance,
    {
      rule: 'AwsSolutions-EC28',
      reason:
        'It forwards packets of a stage that may be down for minutes; samples every five minutes are enough.',
      until: '2027-11-30',
    },
    { rule: 'AwsSolutions-EC29', reason: 'It keeps nothing; a new one does the same.', until: '2027-11-30' },
    {
      rule: 'PCI.DSS.321-EC2InstanceNoPublicIp',
      reason: 'It is the way out of the network, and takes packets from inside only.',
      until: '2027-11-30',
    },
    {
      rule: 'PCI.DSS.321-EC2InstancesInVPC',
      reason:
        'It is in the network: the rule looks for a subnet and does not see that of its network interface.',
      until: '2027-11-30',
    },
  );
}

/** What Amazon Linux 2023 needs. */
const natDiskGib = 8;
