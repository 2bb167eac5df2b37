import { checkSense } from './check-sense';
import { checkShape } from './check-shape';
import { WrongConfiguration, type ConfigurationProblem } from './configuration-problem';
import { overlaps, parseNetworkBlock } from './network-block';
import type { StageConfiguration } from './stage-configuration';

/**
 * Reads the configuration of a stage.
 * @throws WrongConfiguration with every problem, each naming its setting, what was received and what is allowed.
 */
export function parseStage(name: string, input: unknown): StageConfiguration {
  const shaped = checkShape(input);
  if (!shaped.ok) throw new WrongConfiguration(name, shaped.problems);
  const named: readonly ConfigurationProblem[] =
    shaped.value.stage === name
      ? []
      : [
          {
            setting: 'stage',
            message: `It is "${shaped.value.stage}"; it must be "${name}", the name of its file.`,
          },
        ];
  const problems = [...named, ...checkSense(shaped.value)];
  if (problems.length > 0) throw new WrongConfiguration(name, problems);
  return shaped.value;
}

/**
 * Reads the configurations of all stages, and compares them.
 * @throws WrongConfiguration also when two stages have overlapping networks: they could never be connected to the same
 *   office or to each other.
 */
export function parseStages(inputs: Readonly<Record<string, unknown>>): readonly StageConfiguration[] {
  const stages = Object.entries(inputs).map(([name, input]) => parseStage(name, input));
  stages.forEach((stage, index) => {
    const block = parseNetworkBlock(stage.network.cidr);
    const neighbour = stages.slice(0, index).find((other) => {
      const otherBlock = parseNetworkBlock(other.network.cidr);
      return block !== null && otherBlock !== null && overlaps(block, otherBlock);
    });
    if (neighbour === undefined) return;
    throw new WrongConfiguration(stage.stage, [
      {
        setting: 'network.cidr',
        message: `${stage.network.cidr} overlaps the network of ${neighbour.stage}, which is ${neighbour.network.cidr}.`,
      },
    ]);
  });
  return stages;
}
