import { readStreams } from '../adapters/postgres/journal/queries/read-streams';
import { readStoredCharges } from '../adapters/postgres/payments/queries/read-stored-charges';
import type { ChargeId } from '../core/kernel';
import {
  type PaymentsFault,
  type StoredCharge,
  chargeIdOf,
  chargeStream,
  compareCharge,
} from '../core/payments';
import type { RecordedEvent } from '../core/ports';
import type { Stores } from '../compose/stores';

/** Charges in memory whose row tells of events that have not come yet; most are complete within moments. */
const mostOpen = 5_000;

interface OpenCharge {
  readonly stored: StoredCharge | null;
  readonly events: RecordedEvent[];
}

/** Takes the journal's events in order, and compares each charge with its row once the events that the row shows have come. */
export interface ChargeComparison {
  take(events: readonly RecordedEvent[]): Promise<PaymentsFault | null>;
  /** Compares what is still open. */
  end(): Promise<PaymentsFault | null>;
}

/**
 * The row of a charge is read when its first event comes, and its events are kept until the row's version is reached.
 * An event of any other charge (one that was compared already, begun before the first page, or open for long) has the
 * charge's whole stream read and compared. `through` is the reader's checkpoint before any row is read: every event up
 * to it must have taken effect.
 */
export function compareCharges(stores: Stores, through: number): ChargeComparison {
  const { pools } = stores;
  const open = new Map<ChargeId, OpenCharge>();

  /** Rows first: whatever they show is in the journal by the time that it is read. */
  async function compareWhole(ids: readonly ChargeId[]): Promise<PaymentsFault | null> {
    if (ids.length === 0) return null;
    const stored = await readStoredCharges(pools.payments, ids);
    const streams = new Map<string, RecordedEvent[]>(ids.map((id) => [chargeStream(id), []]));
    for (const event of await readStreams(pools.journal, [...streams.keys()]))
      streams.get(event.stream)?.push(event);
    for (const id of ids) {
      const fault = compareCharge(id, stored.get(id) ?? null, streams.get(chargeStream(id)) ?? [], through);
      if (fault !== null) return fault;
    }
    return null;
  }

  function compareComplete(): PaymentsFault | null {
    for (const [id, { stored, events }] of open) {
      if (stored !== null && events.length < stored.row.version) continue;
      open.delete(id);
      const fault = compareCharge(id, stored, events, through);
      if (fault !== null) return fault;
    }
    return null;
  }

  /** Those that have been open longest. */
  function overdue(): readonly ChargeId[] {
    const ids = [...open.keys()].slice(0, Math.max(0, open.size - mostOpen));
    for (const id of ids) open.delete(id);
    return ids;
  }

  return {
    async take(events) {
      const begun = events.flatMap(({ version, stream }) =>
        version === 1 ? (chargeIdOf(stream) ?? []) : [],
      );
      const stored =
        begun.length === 0
          ? new Map<ChargeId, StoredCharge>()
          : await readStoredCharges(pools.payments, begun);
      for (const id of begun) open.set(id, { stored: stored.get(id) ?? null, events: [] });
      const others = new Set<ChargeId>();
      for (const event of events) {
        const id = chargeIdOf(event.stream);
        if (id === null) continue;
        const known = open.get(id);
        if (known === undefined) others.add(id);
        else known.events.push(event);
      }
      return compareComplete() ?? compareWhole([...others, ...overdue()]);
    },
    async end() {
      const left = [...open.keys()];
      open.clear();
      for (let from = 0; from < left.length; from += 500) {
        const fault = await compareWhole(left.slice(from, from + 500));
        if (fault !== null) return fault;
      }
      return null;
    },
  };
}
