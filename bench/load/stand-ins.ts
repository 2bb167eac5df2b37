import { CreateStreamCommand, DeleteStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientSettings, startFauxqs, startKinesalite } from '../../test/support/aws/emulators';

/** As many as production has. */
const shardCount = 8;

/** Where events and their jobs go. */
export interface Target {
  readonly streamName: string;
  readonly queueUrls: Readonly<Record<string, string>>;
}

export interface StandIns {
  /** Leads the SDK's clients of a program to the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /** An empty stream and empty queues, for one measurement. */
  createTarget(): Promise<Target>;
  /** A stream that is not needed any more would keep its memory. */
  drop(target: Target): Promise<void>;
  stop(): Promise<void>;
}

/** Stand-ins of Kinesis and SQS, each a process of its own. */
export async function startStandIns(queueNames: readonly string[]): Promise<StandIns> {
  const [kinesalite, fauxqs] = await Promise.all([startKinesalite(), startFauxqs()]);
  const kinesis = new KinesisClient({ ...clientSettings(kinesalite), requestHandler: new NodeHttpHandler() });
  const sqs = new SQSClient(clientSettings(fauxqs));
  let made = 0;
  return {
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL_KINESIS: kinesalite.endpoint,
      AWS_ENDPOINT_URL_SQS: fauxqs.endpoint,
    },
    async createTarget() {
      made += 1;
      const suffix = String(made);
      const streamName = `journal-${suffix}`;
      await kinesis.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: shardCount }));
      const queueUrls: Record<string, string> = {};
      for (const name of queueNames) {
        const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${suffix}` }));
        queueUrls[name] = QueueUrl ?? '';
      }
      return { streamName, queueUrls };
    },
    async drop({ streamName }) {
      await kinesis.send(new DeleteStreamCommand({ StreamName: streamName }));
    },
    async stop() {
      kinesis.destroy();
      sqs.destroy();
      await Promise.all([kinesalite.stop(), fauxqs.stop()]);
    },
  };
}
