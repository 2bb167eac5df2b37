import { hash } from 'node:crypto';
import type { Sha256 } from '../../../src/core/kernel';
import { post, type Posted, postingsFor } from '../../../src/core/ledger';
import type { RecordedEvent } from '../../../src/core/ports';

export const sha256: Sha256 = (text) => hash('sha256', text);

/** The ledger of a history, from empty books. */
export const postedFrom = (events: readonly RecordedEvent[]): Posted =>
  post(
    events.map(postingsFor).filter((transaction) => transaction !== null),
    { accounts: new Map(), heads: new Map() },
    sha256,
  );
