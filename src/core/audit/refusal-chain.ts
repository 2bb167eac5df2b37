import { type Sha256, chainOrigin } from '../kernel';
import type { RefusedEntry, RefusedFacts } from './audit-entry';

/** Where the chain of refusals ends. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first entry. */
export const emptyChain: ChainHead = { sequence: 0, hash: chainOrigin };

/** Names the fields and their order below; another canonical text would take another name. */
const format = 'fincore-audit-refusal-1';

/**
 * The canonical text of a refusal: a JSON array without spaces. Every column is in it, so that no altered
 * byte keeps the hash; null and the text "null" differ.
 */
const canonicalText = (facts: RefusedFacts, { sequence, hash }: ChainHead): string =>
  JSON.stringify([
    format,
    hash,
    sequence + 1,
    facts.auditId,
    facts.tenant,
    facts.actor,
    facts.action,
    facts.subject,
    facts.outcome,
    facts.code,
    facts.requestId,
    facts.correlationId,
    facts.clientAddress,
    facts.occurredAt,
    facts.count,
  ]);

export function chained(facts: RefusedFacts, head: ChainHead, sha256: Sha256): RefusedEntry {
  const hash = sha256(canonicalText(facts, head));
  return { ...facts, sequence: head.sequence + 1, previousHash: head.hash, hash };
}

/** Entries that follow `head`, in the order of the facts. */
export function chainAll(
  facts: readonly RefusedFacts[],
  head: ChainHead,
  sha256: Sha256,
): { readonly entries: readonly RefusedEntry[]; readonly head: ChainHead } {
  const entries: RefusedEntry[] = [];
  let last = head;
  for (const fact of facts) {
    const entry = chained(fact, last, sha256);
    entries.push(entry);
    last = { sequence: entry.sequence, hash: entry.hash };
  }
  return { entries, head: last };
}
