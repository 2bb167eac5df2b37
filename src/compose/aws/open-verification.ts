import { batchStatementTimeoutMs } from '../../adapters/postgres/pool';
import { createSecretsManagerStore } from '../../adapters/aws/secrets/secrets-manager-store';
import { openStores } from '../stores';
import { secretsClient } from '../../adapters/aws/clients';
import type { JournalEnvironment } from './function-stores';
import type { FunctionObservation } from './observe-function';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { requireRightStage } from './right-stage';
import { openSignIn } from './sign-in';
import { storeUrlsIn, type storeVariables } from './store-variables';
import {
  type VerificationOptions,
  verifyAndMeasure,
} from '../../operations/stage-verification/verify-and-measure';

/** Nothing is appended; the books are read one page after the other. */
const settings = {
  databases: { poolSize: 2 },
  append: { batchLimit: 1, queueLimit: 1 },
  statementTimeoutMs: batchStatementTimeoutMs,
};

/** The options of one run: how long it may take, and whether it begins from the start. */
export type VerificationRun = Required<Pick<VerificationOptions, 'remainingMs' | 'isWhole'>>;

/** The verification as one function: every store, and the numbers that alarms watch. */
export async function openVerification(
  environment: JournalEnvironment & EnvironmentOf<(typeof storeVariables)[number]>,
  { log, counts }: Pick<FunctionObservation, 'log' | 'counts'>,
): Promise<(run: VerificationRun) => Promise<void>> {
  const secrets = createSecretsManagerStore({ client: secretsClient(environment.FINCORE_REGION), log });
  const urls = storeUrlsIn(environment);
  const stores = openStores(settings, urls, log, await openSignIn(environment, secrets));
  try {
    await requireRightStage(stores.pools.journal, urls.journal, environment.FINCORE_STAGE);
  } catch (error) {
    await stores.close();
    throw error;
  }
  return (run) => verifyAndMeasure({ stores, counts, log, ...run });
}
