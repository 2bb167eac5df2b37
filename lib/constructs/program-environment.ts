import type { StageConfiguration } from '../config/stage-configuration';
import type { DataStack } from '../stacks/data';
import type { StreamingStack } from '../stacks/streaming';
import { type DatabaseRoute, serviceUser } from './aurora-store';

/** Variables for a program. No secret is among them: a secret's place is, and the program reads it there. */
export type ProgramEnvironment = Readonly<Record<string, string>>;

/** What every program is told. */
export function stageEnvironment({ stage, region }: StageConfiguration): ProgramEnvironment {
  return { FINCORE_STAGE: stage, FINCORE_REGION: region };
}

/** Where the stores are for the service user, who signs in with a token of its role. */
export function databaseEnvironment({ books, ledger }: DataStack, route: DatabaseRoute): ProgramEnvironment {
  const usesProxy = route === 'function' && books.proxy !== null;
  return {
    FINCORE_JOURNAL_URL: books.urlFor(serviceUser, route),
    FINCORE_PAYMENT_URL: books.urlFor(serviceUser, route),
    FINCORE_LEDGER_URL: ledger.urlFor(serviceUser, route),
    FINCORE_AUDIT_URL: books.urlFor(serviceUser, route),
    FINCORE_DATABASE_AUTH: 'iam',
    FINCORE_DATABASE_ENDPOINT: usesProxy ? 'proxy' : 'cluster',
  };
}

/** Where jobs are sent. */
export function queueEnvironment(
  streaming: StreamingStack,
  toJson: (value: object) => string,
): ProgramEnvironment {
  const urls = Object.fromEntries(
    Object.values(streaming.queues).map(({ name, queue, deadLetters }) => [
      name,
      { url: queue.queueUrl, deadLetterUrl: deadLetters.queueUrl },
    ]),
  );
  return { FINCORE_QUEUE_URLS: toJson(urls) };
}
