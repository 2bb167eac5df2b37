import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account, EventState } from './account';
import type { StoredAnswer } from './answers';
import type { Contents } from './collection';
import { allKinds, snapshotOf, type Snapshot } from './kinds';
import type { PackedPart } from './packed-states';
import { encodePacked, encodePending, encodeWork, type CollectionName, type DeliveryName } from './record';
import type { Store } from './store';

/** So many objects are written per turn of the event loop, so that requests are not kept waiting. */
const batchSize = 250;

/** What one account holds at the moment when the snapshot begins. */
interface Captured {
  readonly account: Account;
  readonly objects: readonly Contents<Snapshot>[];
  readonly events: Contents<EventState>;
  readonly answers: Contents<StoredAnswer>;
  readonly pending: readonly DeliveryName[];
}

/**
 * The lines from which the store can be rebuilt. It is captured at once and written while requests go on: states and
 * packed blocks never change in place, and what changes meanwhile is also in the next segment, which is replayed over it.
 */
export function snapshotLines(store: Store): AsyncGenerator<string> {
  const pending = [...store.pendingDeliveries.values()];
  return writeLines(
    [...store.allAccounts()].map((account) => ({
      account,
      objects: allKinds.map((kind) => {
        const { packed, loose } = account.collections[kind].contents();
        return { packed, loose: loose.map((state) => snapshotOf(kind, state)) };
      }),
      events: account.events.contents(),
      answers: account.answers.contents(),
      pending: pending
        .filter((delivery) => delivery.account === account)
        .map(({ event, endpointId }) => [event.id, endpointId] as const),
    })),
  );
}

async function* writeLines(accounts: readonly Captured[]): AsyncGenerator<string> {
  for (const { account, objects, events, answers, pending } of accounts) {
    for (const [index, { packed, loose }] of objects.entries()) {
      const kind = allKinds[index];
      if (kind !== undefined) yield* packedLines(account, kind, packed);
      for await (const puts of batches(loose)) yield `${line(account, { puts })}\n`;
    }
    yield* packedLines(account, 'event', events.packed);
    for await (const some of batches(events.loose)) yield `${line(account, { events: some })}\n`;
    yield* packedLines(account, 'answer', answers.packed);
    for await (const some of batches(answers.loose)) yield `${line(account, { answers: some })}\n`;
    for await (const some of batches(pending)) yield `${encodePending(account.id, some)}\n`;
  }
}

async function* packedLines(
  { id: accountId }: Account,
  collection: CollectionName,
  parts: readonly PackedPart[],
): AsyncGenerator<string> {
  for (const part of parts) {
    yield `${encodePacked({ accountId, collection, part })}\n`;
    await nextTurn();
  }
}

async function* batches<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize) {
    yield items.slice(start, start + batchSize);
    await nextTurn();
  }
}

interface Content {
  readonly puts?: readonly Snapshot[];
  readonly events?: readonly EventState[];
  readonly answers?: readonly StoredAnswer[];
}

/** Events and answers carry the states that they showed, each state once a line. */
function line(account: Account, { puts, events = [], answers = [] }: Content): string {
  const shown = [...events, ...answers.flatMap(({ body }) => (typeof body === 'string' ? [] : [body]))];
  const past = new Map(shown.map(({ kind, state }) => [state, snapshotOf(kind, state)]));
  return encodeWork({
    accountId: account.id,
    puts: puts ?? [...past.values()],
    arePast: puts === undefined,
    events,
    answers,
  });
}
