import type { EnvironmentOf } from '../../configuration/read-environment';
import type { StoreUrls } from '../../configuration/store-names';

/** What every program is told that opens the journal of a stage. */
export const journalVariables = ['FINCORE_STAGE', 'FINCORE_REGION', 'FINCORE_JOURNAL_URL'] as const;

/** The same for one that opens every store. */
export const storeVariables = [
  ...journalVariables,
  'FINCORE_READ_MODELS_URL',
  'FINCORE_LEDGER_URL',
  'FINCORE_AUDIT_URL',
] as const;

export const storeUrlsIn = (environment: EnvironmentOf<(typeof storeVariables)[number]>): StoreUrls => ({
  journal: environment.FINCORE_JOURNAL_URL,
  readModels: environment.FINCORE_READ_MODELS_URL,
  ledger: environment.FINCORE_LEDGER_URL,
  audit: environment.FINCORE_AUDIT_URL,
});
