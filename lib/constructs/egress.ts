import {
  CfnEIP,
  type Instance,
  InstanceType,
  MachineImage,
  NatProvider,
  NatTrafficDirection,
  Peer,
  Port,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { StageConfiguration } from '../config/stage-configuration';

/** How tasks and functions reach the world, for the making of a network. */
export interface Egress {
  readonly natGateways: number;
  readonly natGatewayProvider: NatProvider;
  /** Call it when the network is made. @returns the addresses that calls come from, and the instances that pass them on */
  complete(): { readonly addresses: readonly string[]; readonly instances: readonly Instance[] };
}

export function createEgress(
  scope: Construct,
  { network: { egress, cidr }, region }: Pick<StageConfiguration, 'network' | 'region'>,
): Egress {
  return egress.kind === 'nat-gateways'
    ? throughGateways(scope, egress.gateways)
    : throughInstance(scope, { ...egress, cidr, region });
}

function throughGateways(scope: Construct, count: number): Egress {
  const addresses = Array.from({ length: count }, (_, index) => createAddress(scope, index));
  const eipAllocationIds = addresses.map(({ attrAllocationId }) => attrAllocationId);
  return {
    natGateways: count,
    natGatewayProvider: NatProvider.gateway({ eipAllocationIds }),
    complete: () => ({ addresses: addresses.map(({ attrPublicIp }) => attrPublicIp), instances: [] }),
  };
}

interface NatInstance {
  readonly instanceType: string;
  readonly imageId: string;
  readonly region: string;
  readonly cidr: string;
}

function throughInstance(scope: Construct, { instanceType, imageId, region, cidr }: NatInstance): Egress {
  const provider = NatProvider.instanceV2({
    instanceType: new InstanceType(instanceType),
    // The newest image would replace the machine, and cut calls off, with whichever deployment came after its release.
    machineImage: MachineImage.genericLinux({ [region]: imageId }),
    defaultAllowedTraffic: NatTrafficDirection.OUTBOUND_ONLY,
    // It installs its packet filter when it starts, before it has the address that stays.
    associatePublicIpAddress: true,
  });
  return {
    natGateways: 1,
    natGatewayProvider: provider,
    complete: () => {
      provider.connections.allowFrom(Peer.ipv4(cidr), Port.allTcp(), 'What leaves the network');
      const instances = provider.gatewayInstances;
      const addresses = instances.map(({ instanceId }, index) => createAddress(scope, index, instanceId));
      return { addresses: addresses.map(({ attrPublicIp }) => attrPublicIp), instances };
    },
  };
}

/** An address that stays when what uses it is replaced: others put it on their allow-lists. */
const createAddress = (scope: Construct, index: number, instanceId?: string) =>
  new CfnEIP(scope, `EgressAddress${index + 1}`, {
    domain: 'vpc',
    ...(instanceId === undefined ? {} : { instanceId }),
  });
