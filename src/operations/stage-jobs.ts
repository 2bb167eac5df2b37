import { createSqsJobOperations } from '../adapters/aws/job-queue/sqs-job-operations';
import { createSqsJobSender } from '../adapters/aws/job-queue/sqs-job-sender';
import type { JobOperations, JobSender } from '../core/ports';
import { CommandRefused } from '../configuration/command-refused';
import { createAwsClients } from './doctor/aws-clients';
import { findStage, missingStage } from './doctor/find-stage';
import { stageMapOf } from './doctor/stage-map';

export interface StagePlace {
  readonly stage: string;
  readonly region: string;
}

/** Opens the queues of a deployed stage for the time of one command. */
export async function withStageQueue(
  { stage, region }: StagePlace,
  work: (queue: JobSender & JobOperations) => Promise<void>,
): Promise<void> {
  const clients = createAwsClients(region);
  try {
    const found = await findStage(clients, stage);
    if (found === null) throw new CommandRefused(missingStage({ stage, region }));
    const { queues } = stageMapOf(found.outputs);
    const byName = Object.fromEntries(
      queues.map(({ name, url, deadLetterUrl }) => [name, { url, deadLetterUrl }]),
    );
    const options = { client: clients.sqs, queues: byName };
    await work({ ...createSqsJobSender(options), ...createSqsJobOperations(options) });
  } finally {
    clients.destroy();
  }
}
