import { isDeepStrictEqual } from 'node:util';
import { createMemoryAudit } from '../../../src/adapters/memory/audit';
import { createMemoryLedger } from '../../../src/adapters/memory/ledger';
import { createMemoryPayments } from '../../../src/adapters/memory/payments';
import { sha256 } from '../../../src/compose/memory';
import type { Reader, RecordedEvent } from '../../../src/core/ports';
import type { Check, Evidence } from './evidence';
import { type Story, refundedMinor } from './story';

/** Invariant 6, first half: every row of PaymentDB is what the journal says. */
export const checkRows: Check = ({ stories, books }) => {
  const { charges, refunds } = books.payments.rows;
  const rows = new Map([...charges.values()].map((row) => [row.charge.terms.chargeId as string, row]));
  const found: string[] = [];
  for (const story of stories.values()) {
    const row = rows.get(story.chargeId);
    const shown = row && {
      tenant: row.tenant,
      version: row.version,
      status: row.charge.status,
      capturedMinor: row.charge.captured.amountMinor,
    };
    const { tenant, version, status, capturedMinor } = story;
    const shownRefunds = [...refunds.values()].filter(
      ({ chargeId, refund }) => chargeId === story.chargeId && refund.status === 'succeeded',
    );
    const shownMinor = shownRefunds.reduce((sum, { refund }) => sum + refund.amount.amountMinor, 0n);
    if (!isDeepStrictEqual(shown, { tenant, version, status, capturedMinor }))
      found.push(`[6] PaymentDB does not show ${describe(story)}`);
    if (shownMinor !== refundedMinor(story))
      found.push(`[6] PaymentDB shows other refunds of ${story.chargeId}`);
  }
  if (rows.size !== stories.size)
    found.push(`[6] PaymentDB has ${String(rows.size)} charges, the journal ${String(stories.size)}`);
  return found;
};

const describe = ({ chargeId, status, version, capturedMinor }: Story): string =>
  `${chargeId} as ${status} at version ${String(version)} with ${String(capturedMinor)} captured`;

const batchLimit = 500;

/** Invariants 6 and 11: a rebuild makes the same rows again, so that nothing was skipped or took effect twice. */
export async function checkRebuild({ events, books }: Evidence): Promise<readonly string[]> {
  const payments = createMemoryPayments();
  const ledger = createMemoryLedger({ sha256 });
  const audit = createMemoryAudit({ ids: () => 'none' });
  for (const reader of [payments.reader, ledger.reader, audit.reader]) await replay(reader, events);
  const found: string[] = [];
  if (!isDeepStrictEqual(books.payments.rows, payments.rows))
    found.push('[6] a rebuild makes another PaymentDB');
  if (!isDeepStrictEqual(books.ledger.rows, ledger.rows)) found.push('[6] a rebuild makes another ledger');
  if (!isDeepStrictEqual(books.audit.effects(), audit.effects()))
    found.push('[6] a rebuild makes another audit');
  return found;
}

async function replay(reader: Reader, events: readonly RecordedEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += batchLimit)
    await reader.apply(from, events.slice(from, from + batchLimit));
}
