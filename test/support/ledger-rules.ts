import { hash } from 'node:crypto';
import { contexts } from '../../src/core/contexts';
import type { Sha256 } from '../../src/core/kernel';
import { ledgerRules } from '../../src/core/ledger';

export const sha256: Sha256 = (text) => hash('sha256', text);

/** How the ledger books the events of every context. */
export const rules = ledgerRules(contexts, sha256);
export const { chart } = contexts;
