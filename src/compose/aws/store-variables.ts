import type { AwsVariable } from '../../configuration/environment-entries';
import type { EnvironmentOf } from '../../configuration/read-environment';
import { type StoreName, type StoreUrls, perStore } from '../../configuration/store-names';

/** The environment of every program that opens the journal of a stage. */
export const journalVariables = ['FINCORE_STAGE', 'FINCORE_REGION', 'FINCORE_JOURNAL_URL'] as const;

/** The variable that says where a store is. */
export const storeVariableOf = {
  journal: 'FINCORE_JOURNAL_URL',
  readModels: 'FINCORE_READ_MODELS_URL',
  ledger: 'FINCORE_LEDGER_URL',
  audit: 'FINCORE_AUDIT_URL',
} as const satisfies Readonly<Record<StoreName, AwsVariable>>;

/** The environment of every program that opens all stores. */
export const storeVariables = [
  ...journalVariables,
  storeVariableOf.readModels,
  storeVariableOf.ledger,
  storeVariableOf.audit,
] as const;

export const storeUrlsIn = (environment: EnvironmentOf<(typeof storeVariables)[number]>): StoreUrls =>
  perStore((store) => environment[storeVariableOf[store]]);
