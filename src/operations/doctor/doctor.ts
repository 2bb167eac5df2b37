import type { CommandOutput } from '../../compose/with-stores';
import { CommandRefused } from '../../configuration/command-refused';
import { type AwsClients, createAwsClients } from './aws-clients';
import { type Diagnosis, type Examination, ill } from './diagnosis';
import { examineAlarms } from './examine-alarms';
import { examineApi } from './examine-api';
import { examineCharge } from './examine-charge';
import { examineQueues } from './examine-queues';
import { examineSecrets } from './examine-secrets';
import { examineStacks } from './examine-stacks';
import { examineStream } from './examine-stream';
import { examineTopics } from './examine-topics';
import { type FoundStage, findStage } from './find-stage';
import { type StageMap, stageMapOf } from './stage-map';

export interface Patient {
  readonly stage: string;
  readonly region: string;
  /** Stacks and alarms that a stage of this configuration has. */
  readonly stacks: readonly string[];
  readonly alarms: readonly string[];
  /** Where the API is asked instead of at its public name, for example before the traffic moves there. */
  readonly url?: string;
  /** Whether a charge is made and refunded. */
  readonly charges: boolean;
}

/** Wide enough for the longest name. */
const nameWidth = 8;

/**
 * Looks at a deployed stage from outside and prints a line for everything it saw, with what to do where something is
 * wrong. It goes on after a fault: what else is wrong helps to find the first cause.
 * @returns whether everything is as it must be
 */
export async function doctor(patient: Patient, output: CommandOutput): Promise<boolean> {
  const clients = createAwsClients(patient.region);
  try {
    const found = await stageIn(clients, patient);
    const map = {
      ...stageMapOf(found.outputs),
      ...(patient.url === undefined ? {} : { apiUrl: patient.url }),
    };
    let isWell = true;
    for (const { name, run } of examinations(clients, patient, found, map))
      for (const diagnosis of await diagnosesOf(name, run)) {
        if (diagnosis.kind === 'ill') isWell = false;
        print(output, name, diagnosis);
      }
    return isWell;
  } finally {
    clients.destroy();
  }
}

/** The names of a stage's resources, as lines that a shell takes. */
export async function stageNames(
  { stage, region }: Pick<Patient, 'stage' | 'region'>,
  output: CommandOutput,
): Promise<void> {
  const clients = createAwsClients(region);
  try {
    const { outputs } = await stageIn(clients, { stage, region });
    for (const [name, value] of stageMapOf(outputs).names) output.print(`export ${name}='${value}'`);
  } finally {
    clients.destroy();
  }
}

const examinations = (
  clients: AwsClients,
  patient: Patient,
  found: FoundStage,
  map: StageMap,
): readonly Examination[] => [
  { name: 'stacks', run: () => Promise.resolve(examineStacks(found, patient.stacks)) },
  { name: 'queues', run: () => examineQueues(clients, map.queues) },
  { name: 'stream', run: () => examineStream(clients, map.streamName) },
  { name: 'secrets', run: () => examineSecrets(clients, map) },
  { name: 'alarms', run: () => examineAlarms(clients, map, patient.alarms) },
  { name: 'topics', run: () => examineTopics(clients, map) },
  { name: 'api', run: () => examineApi(map.apiUrl) },
  ...(patient.charges ? [{ name: 'charge', run: () => examineCharge(clients, map) }] : []),
];

async function stageIn(
  clients: AwsClients,
  { stage, region }: Pick<Patient, 'stage' | 'region'>,
): Promise<FoundStage> {
  const found = await findStage(clients, stage);
  if (found === null)
    throw new CommandRefused(
      `No stack in ${region} says that it belongs to the stage ${stage}. Deploy it, or choose the account and region that it is in (AWS_PROFILE, --region).`,
    );
  return found;
}

/** What cannot be looked at is a finding, too: usually a permission that is missing. */
async function diagnosesOf(name: string, run: Examination['run']): Promise<readonly Diagnosis[]> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [ill(`${name} cannot be looked at: ${reason}`, 'Sign in as somebody who may read the stage.')];
  }
}

function print(output: CommandOutput, name: string, diagnosis: Diagnosis): void {
  switch (diagnosis.kind) {
    case 'well': {
      output.print(`ok     ${name.padEnd(nameWidth)} ${diagnosis.seen}`);
      return;
    }
    case 'ill':
      output.print(`FAULT  ${name.padEnd(nameWidth)} ${diagnosis.seen}`);
      output.print(`       ${' '.repeat(nameWidth)} ${diagnosis.advice}`);
  }
}
