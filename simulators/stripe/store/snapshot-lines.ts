import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account, EventState } from './account';
import type { StoredAnswer } from './answers';
import { allKinds, snapshotOf, type Kind, type Snapshot } from './kinds';
import { encodeFinished, encodeWork } from './record';
import type { Store } from './store';

/** So many objects are written per turn of the event loop, so that requests are not kept waiting. */
const batchSize = 250;

/** How much there was when the snapshot began: what comes later is in the segment that began then. */
interface Extent {
  readonly account: Account;
  readonly sizes: Readonly<Record<Kind, number>>;
  readonly events: number;
}

/**
 * The lines from which the store can be rebuilt, read from memory while requests go on. States never change in place,
 * and what changes meanwhile is also in the next segment, which is replayed over the snapshot.
 */
export function snapshotLines(store: Store): AsyncGenerator<string> {
  const extents = [...store.allAccounts()].map(extentOf);
  return writeLines(store, extents, store.nowMs());
}

function extentOf(account: Account): Extent {
  const sizes = allKinds.map((kind) => [kind, account.collections[kind].size] as const);
  return { account, sizes: Object.fromEntries(sizes) as Record<Kind, number>, events: account.events.size };
}

async function* writeLines(
  store: Store,
  extents: readonly Extent[],
  beganMs: number,
): AsyncGenerator<string> {
  for (const { account, sizes } of extents) {
    for (const kind of allKinds) {
      const states = batches(sizes[kind], (index) => account.collections[kind].at(index));
      for (const batch of states) {
        const puts = batch.map((state) => snapshotOf(kind, state));
        yield `${line(account, { puts })}\n`;
        await nextTurn();
      }
    }
  }
  for (const { account, events } of extents) {
    for (const batch of batches(events, (index) => account.events.at(index))) {
      yield eventLines(store, account, batch);
      await nextTurn();
    }
  }
  yield* answerLines(store, beganMs);
}

function* batches<T>(size: number, at: (index: number) => T | undefined): Generator<readonly T[]> {
  for (let start = 0; start < size; start += batchSize) {
    const batch: T[] = [];
    for (let index = start; index < Math.min(start + batchSize, size); index += 1) {
      const state = at(index);
      if (state !== undefined) batch.push(state);
    }
    yield batch;
  }
}

interface Content {
  readonly puts?: readonly Snapshot[];
  readonly events?: readonly EventState[];
  readonly answers?: readonly StoredAnswer[];
}

function line(account: Account, { puts = [], events = [], answers = [] }: Content): string {
  const arePast = events.length + answers.length > 0;
  const isCurrent = ({ kind, state }: Snapshot): boolean => account.get(kind, state.id) === state;
  return encodeWork(
    { accountId: account.id, puts, arePast, events, answers },
    arePast ? isCurrent : undefined,
  );
}

/** Events whose object has changed since carry the state they showed; deliveries that are over stay over. */
function eventLines(store: Store, account: Account, events: readonly EventState[]): string {
  const past = events.filter(({ kind, state }) => account.get(kind, state.id) !== state);
  const finished = events.flatMap(({ id, endpoints }) =>
    endpoints.filter((endpoint) => !store.isPending(id, endpoint)).map((endpoint) => [id, endpoint] as const),
  );
  const written = line(account, { puts: past.map(({ kind, state }) => snapshotOf(kind, state)), events });
  return finished.length === 0 ? `${written}\n` : `${written}\n${encodeFinished(finished)}\n`;
}

async function* answerLines(store: Store, beganMs: number): AsyncGenerator<string> {
  let written = 0;
  for (const [accountId, answer] of store.answers.alive(beganMs)) {
    // A younger answer is in the segment that began with the snapshot, together with what it shows.
    if (answer.atMs >= beganMs) continue;
    const account = store.account(accountId);
    const { body } = answer;
    const isPast = typeof body !== 'string' && account.get(body.kind, body.state.id) !== body.state;
    yield `${line(account, { puts: isPast ? [body] : [], answers: [answer] })}\n`;
    written += 1;
    if (written % batchSize === 0) await nextTurn();
  }
}
