import { CommandRefused } from '../../configuration/command-refused';
import { type AwsClients, createAwsClients } from './aws-clients';
import type { Examination } from './diagnosis';
import { type Finding, runExaminations } from './examinations';
import { examineAlarms } from './examine-alarms';
import { examineApi } from './examine-api';
import { examineCharge } from './examine-charge';
import { examineQueues } from './examine-queues';
import { examineSecrets } from './examine-secrets';
import { examineStacks } from './examine-stacks';
import { examineStream } from './examine-stream';
import { examineTopics } from './examine-topics';
import { type FoundStage, findStage, missingStage } from './find-stage';
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

/** Looks at a deployed stage from outside. @returns whether everything is as it must be */
export async function doctor(patient: Patient, report: (finding: Finding) => void): Promise<boolean> {
  const clients = createAwsClients(patient.region);
  try {
    const found = await stageIn(clients, patient);
    const map = {
      ...stageMapOf(found.outputs),
      ...(patient.url === undefined ? {} : { apiUrl: patient.url }),
    };
    return await runExaminations(
      examinations(clients, patient, found, map),
      report,
      'Sign in as somebody who may read the stage.',
    );
  } finally {
    clients.destroy();
  }
}

/** The names of a stage's resources and what each stands for. */
export async function stageNames({
  stage,
  region,
}: Pick<Patient, 'stage' | 'region'>): Promise<readonly (readonly [name: string, value: string])[]> {
  const clients = createAwsClients(region);
  try {
    const { outputs } = await stageIn(clients, { stage, region });
    return [...stageMapOf(outputs).names];
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
  if (found === null) throw new CommandRefused(missingStage({ stage, region }));
  return found;
}
