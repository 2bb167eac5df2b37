import { eventOfRecord } from '../../adapters/aws/kinesis/event-record';
import { createS3FileStore } from '../../adapters/aws/s3/s3-file-store';
import { CommandRefused } from '../../configuration/command-refused';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { storeReaders } from '../store-readers';
import { s3Client } from '../../adapters/aws/clients';
import { type JournalEnvironment, openFunctionStores } from './function-stores';
import type { FunctionObservation } from './observe-function';
import { storeVariableOf, type storeVariables } from './store-variables';
import { createStreamReader } from '../../runtime/stream-reader';

/** The reader of the published journal that FINCORE_READER names, as one function with its own store. */
export async function openStreamReader(
  environment: JournalEnvironment &
    EnvironmentOf<(typeof storeVariables)[number] | 'FINCORE_READER' | 'FINCORE_PARKING_BUCKET'>,
  observation: Pick<FunctionObservation, 'log' | 'counts' | 'traced'>,
) {
  const { FINCORE_READER: name } = environment;
  const reader = storeReaders.find((each) => each.name === name);
  if (reader === undefined) throw new CommandRefused(`FINCORE_READER is "${name}", which is no reader.`);
  const variable = storeVariableOf[reader.store];
  const url = environment[variable];
  if (url === '') throw new CommandRefused(`${variable} is not set; the reader ${name} needs it.`);
  const { pool, records } = await openFunctionStores(environment, observation.log);
  return createStreamReader({
    eventOf: eventOfRecord,
    reader: reader.open(pool(url, name)),
    // What a batch leaves out is read here.
    feed: records,
    parking: createS3FileStore({
      client: s3Client(environment.FINCORE_REGION),
      bucket: environment.FINCORE_PARKING_BUCKET,
    }),
    clock: Date.now,
    ...observation,
  });
}
