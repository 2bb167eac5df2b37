import { type PutRecordsRequestEntry, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { kinesisClient, sqsClient } from '../../src/adapters/aws/clients';
import { jobsForCharge } from '../../src/core/payments';
import { busyHour } from '../load/history';
import type { Target } from '../load/stand-ins';
import { serveProgram } from '../programs';

/** What is sent straight to the services, made before the time runs. */
export interface BareLoad {
  readonly target: Target;
  readonly charges: number;
}

export interface BareFigures {
  readonly publishSeconds: number;
  readonly sendSeconds: number;
}

/** As large as each service takes, and as many at once as the adapters have. */
const records = { perRequest: 500, inFlight: 4 } as const;
const messages = { perRequest: 10, inFlight: 8 } as const;

const kinesis = kinesisClient('eu-central-1');
const sqs = sqsClient('eu-central-1');

/** What the SDK's clients reach with nothing around them: no order, no second try, no checkpoint. */
async function send({ target, charges }: BareLoad): Promise<BareFigures> {
  const events = busyHour(charges);
  const entries = events.map((event): PutRecordsRequestEntry => ({
    PartitionKey: event.stream,
    Data: Buffer.from(JSON.stringify(event)),
  }));
  const jobs = events.flatMap(jobsForCharge);
  const publishSeconds = await secondsFor(inParts(entries, records.perRequest), records.inFlight, (part) =>
    kinesis
      .send(new PutRecordsCommand({ StreamName: target.streamName, Records: [...part] }))
      .then(({ FailedRecordCount = 0 }) => requireNone(FailedRecordCount, 'records')),
  );
  const sendSeconds = await secondsFor(inParts(jobs, messages.perRequest), messages.inFlight, (part) =>
    sqs
      .send(
        new SendMessageBatchCommand({
          QueueUrl: target.queueUrls[part[0]?.queue ?? ''],
          Entries: part.map((job, index) => ({ Id: String(index), MessageBody: JSON.stringify(job) })),
        }),
      )
      .then(({ Failed = [] }) => requireNone(Failed.length, 'messages')),
  );
  return { publishSeconds, sendSeconds };
}

const inParts = <Item>(items: readonly Item[], size: number): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));

async function secondsFor<Part>(
  parts: readonly Part[],
  inFlight: number,
  request: (part: Part) => Promise<void>,
): Promise<number> {
  const waiting = [...parts];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) await request(part);
    }),
  );
  return (performance.now() - startedAt) / 1_000;
}

function requireNone(refused: number, what: string): void {
  if (refused > 0) throw new Error(`the stand-in refused ${String(refused)} ${what}`);
}

serveProgram((request) => send(request as BareLoad));
