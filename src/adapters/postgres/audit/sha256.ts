import { hash } from 'node:crypto';
import type { Sha256 } from '../../../core/audit';

/** The hash function of the chain of refusals. */
export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');
