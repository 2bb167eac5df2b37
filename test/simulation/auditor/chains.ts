import { sha256 } from '../../../src/compose/memory';
import { chainOrigin } from '../../../src/core/kernel';
import { canonicalEntry } from '../../../src/core/ledger';
import type { LedgerEntry } from '../../../src/core/ports';
import type { Check } from './evidence';

/** Invariant 8: versions and positions without a gap, and a chain of hashes without a break. */
export const checkChains: Check = ({ events, entries }) => {
  const found: string[] = [];
  const versions = new Map<string, number>();
  events.forEach(({ position, stream, version }, index) => {
    if (position !== index + 1) found.push(`[8] position ${String(position)} stands at ${String(index + 1)}`);
    const expected = (versions.get(stream) ?? 0) + 1;
    if (version !== expected)
      found.push(`[8] ${stream} has version ${String(version)} where ${String(expected)} should follow`);
    versions.set(stream, version);
  });
  const heads = new Map<string, Pick<LedgerEntry, 'hash' | 'sequence'>>();
  for (const entry of entries) {
    const head = heads.get(entry.tenant) ?? { hash: chainOrigin, sequence: 0 };
    const place = `entry ${String(entry.sequence)} of ${entry.tenant}`;
    if (entry.sequence !== head.sequence + 1) found.push(`[8] ${place} follows ${String(head.sequence)}`);
    if (entry.previousHash !== head.hash) found.push(`[8] ${place} does not continue the chain`);
    if (entry.hash !== sha256(canonicalEntry(entry))) found.push(`[8] ${place} is not what was hashed`);
    heads.set(entry.tenant, entry);
  }
  return found;
};
