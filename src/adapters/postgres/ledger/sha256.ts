import { hash } from 'node:crypto';
import type { Sha256 } from '../../../core/ledger';

/** The hash function of the ledger's chain. */
export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');
