import type { Pool } from 'pg';
import { createS3FileStore } from '../../adapters/aws/s3/s3-file-store';
import { createAuditReader } from '../../adapters/postgres/audit/audit-reader';
import { createLedgerReader } from '../../adapters/postgres/ledger/ledger-reader';
import { createPaymentsReader } from '../../adapters/postgres/payments/payments-reader';
import type { Reader } from '../../core/ports';
import { s3Client } from './clients';
import { type JournalEnvironment, openFunctionStores } from './function-stores';
import type { FunctionObservation } from './observe-function';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { createStreamReader } from './stream-reader';

type ReaderEnvironment = JournalEnvironment & EnvironmentOf<'FINCORE_PARKING_BUCKET'>;
type Observation = Pick<FunctionObservation, 'log' | 'counts' | 'traced'>;

/** The readers of the published journal, each as one function with its own store. */
export const openProjectionist = (
  environment: ReaderEnvironment & EnvironmentOf<'FINCORE_READ_MODELS_URL'>,
  observation: Observation,
) => open(environment, environment.FINCORE_READ_MODELS_URL, createPaymentsReader, observation);

export const openLedger = (
  environment: ReaderEnvironment & EnvironmentOf<'FINCORE_LEDGER_URL'>,
  observation: Observation,
) => open(environment, environment.FINCORE_LEDGER_URL, createLedgerReader, observation);

export const openAudit = (
  environment: ReaderEnvironment & EnvironmentOf<'FINCORE_AUDIT_URL'>,
  observation: Observation,
) => open(environment, environment.FINCORE_AUDIT_URL, createAuditReader, observation);

async function open(
  environment: ReaderEnvironment,
  storeUrl: string,
  createReader: (pool: Pool) => Reader,
  observation: Observation,
) {
  const { pool, records } = await openFunctionStores(environment, observation.log);
  return createStreamReader({
    reader: createReader(pool(storeUrl, 'reader')),
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
