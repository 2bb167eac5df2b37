import type { ConfigurationProblem } from './configuration-problem';
import { overlaps, parseNetworkBlock, type NetworkBlock } from './network-block';
import type { StageConfiguration } from './stage-configuration';
import { zonesByRegion } from './zones-by-region';

/** What a VPC may have: a /16 is the largest, and three tiers in three zones need a /20. */
const largestPrefixBits = 16;
const smallestPrefixBits = 20;

/** Whether zones, networks and gateways of a stage exist and fit together. */
export function checkNetwork(configuration: StageConfiguration): readonly ConfigurationProblem[] {
  return [...checkZones(configuration), ...checkBlocks(configuration), ...checkGateways(configuration)];
}

function checkZones({ region, network }: StageConfiguration): readonly ConfigurationProblem[] {
  const known = zonesByRegion[region];
  if (known === undefined) {
    const regions = Object.keys(zonesByRegion).join(', ');
    return [{ setting: 'region', message: `It is ${region}; it must be one of ${regions}.` }];
  }
  return network.zones
    .filter((zone) => !known.includes(zone))
    .map((zone) => ({
      setting: 'network.zones',
      message: `${zone} is no zone of ${region}; its zones are ${known.join(', ')}.`,
    }));
}

function checkBlocks({ network, api }: StageConfiguration): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const read = (setting: string, text: string): NetworkBlock | null => {
    const block = parseNetworkBlock(text);
    if (block === null) {
      problems.push({
        setting,
        message: `${text} is no network; it must be like 10.20.0.0/16, with no bit set after the prefix.`,
      });
    }
    return block;
  };
  const own = read('network.cidr', network.cidr);
  const connected = network.connectedNetworks.map((text) => read('network.connectedNetworks', text));
  if (api.exposure.kind === 'allow-list')
    api.exposure.networks.forEach((text) => read('api.exposure.networks', text));
  if (own === null) return problems;

  if (own.prefixBits < largestPrefixBits || own.prefixBits > smallestPrefixBits) {
    problems.push({
      setting: 'network.cidr',
      message: `${own.text} has a prefix of ${own.prefixBits} bits; it must have ${largestPrefixBits} to ${smallestPrefixBits}.`,
    });
  }
  for (const other of connected) {
    if (other !== null && overlaps(own, other)) {
      problems.push({
        setting: 'network.connectedNetworks',
        message: `${other.text} overlaps network.cidr, which is ${own.text}; connected networks need addresses of their own.`,
      });
    }
  }
  return problems;
}

function checkGateways({ network }: StageConfiguration): readonly ConfigurationProblem[] {
  const { egress, zones } = network;
  if (egress.kind !== 'nat-gateways' || egress.gateways <= zones.length) return [];
  return [
    {
      setting: 'network.egress.gateways',
      message: `It is ${egress.gateways}; with ${zones.length} zones it must be at most ${zones.length}.`,
    },
  ];
}
