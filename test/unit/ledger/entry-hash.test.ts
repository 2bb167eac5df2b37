import { createHash } from 'node:crypto';
import { chainOrigin } from '../../../src/core/kernel';
import { canonicalEntry, entryHash } from '../../../src/core/ledger';
import { aTenant, createHistory, eur, startOfHistory } from '../../contract/ledger/history';
import { postedFrom } from './posted';
import { sha256 } from '../../support/ledger-rules';

const history = createHistory();
const chargeId = history.captured(aTenant, eur(1999));
const { entries } = postedFrom(history.events);

describe('the hash of an entry', () => {
  // An auditor recomputes hashes from this text alone, years later: it must never change under its name.
  it('is SHA-256 over a text that is fixed to the byte', () => {
    const [entry] = entries;
    if (entry === undefined) throw new Error('a capture has entries');
    const text =
      `["fincore-ledger-entry-1","${'0'.repeat(64)}","${aTenant}","1","${entry.transactionId}","ChargeCaptured",` +
      `"${chargeId}","","1","3","${(startOfHistory + 2_000).toString()}","1","2",` +
      `"acct_${aTenant}_psp_receivable.stripe_eur","psp_receivable:stripe","EUR","1","debit","1999","0","1999"]`;
    expect(canonicalEntry(entry)).toBe(text);
    expect(entry.hash).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  });

  it('chains each entry to the one before', () => {
    expect(entries.map((entry) => entry.previousHash)).toEqual([chainOrigin, entries[0]?.hash]);
    for (const entry of entries) expect(entryHash(entry, sha256)).toBe(entry.hash);
  });
});
