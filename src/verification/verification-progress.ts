import { type VerifiedAudit, noAudit } from '../core/audit';
import { type VerifiedBalances, type VerifiedSeals, noSeals, noVerifiedBalances } from '../core/journal';
import { type DerivedLedger, type VerifiedLedger, noDerivedLedger, noLedger } from '../core/ledger';
import { type Sweep, firstSweep } from './stray-rows';

/**
 * How far each check has come, in positions of the journal, with what it takes to go on from there. What lies before
 * is looked at again only by a verification that begins from the start.
 */
export interface Progress {
  journal: { readonly position: number; readonly streams: number };
  answers: {
    readonly position: number;
    readonly count: number;
    /** Idempotency keys that were recorded before this time are verified. */
    readonly keysFromMs: number;
  };
  jobs: { readonly position: number; readonly count: number };
  seals: VerifiedSeals;
  balances: VerifiedBalances;
  ledger: VerifiedLedger;
  derived: DerivedLedger;
  audit: VerifiedAudit;
  /** Of each read model, by its name; from the beginning where it has none. */
  rows: Readonly<Record<string, RowProgress>>;
}

export interface RowProgress {
  readonly position: number;
  readonly streams: number;
  readonly sweep: Sweep;
}

export const noRows: RowProgress = { position: 0, streams: 0, sweep: firstSweep };

export const fromTheBeginning = (): Progress => ({
  journal: { position: 0, streams: 0 },
  answers: { position: 0, count: 0, keysFromMs: 0 },
  jobs: { position: 0, count: 0 },
  seals: noSeals,
  balances: noVerifiedBalances,
  ledger: noLedger,
  derived: noDerivedLedger,
  audit: noAudit,
  rows: {},
});
