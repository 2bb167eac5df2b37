import { type Posted, post, transactionOf } from '../../../src/core/ledger';
import type { RecordedEvent } from '../../../src/core/ports';
import { rules } from '../../support/ledger-rules';

/** The ledger of a history, from nothing. */
export const postedFrom = (events: readonly RecordedEvent[]): Posted =>
  post(
    events.flatMap((event) => transactionOf(event, rules) ?? []),
    { accounts: new Map(), heads: new Map() },
    rules,
  );
