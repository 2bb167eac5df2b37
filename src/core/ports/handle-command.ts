import { type Decider, type EventCodec, type Refusal, type Result, assert, fold } from '../kernel';
import type { TenantId } from '../kernel';
import type { Shortfall } from './balances';
import {
  type Answer,
  type EventMetadata,
  type IdempotentRequest,
  type Journal,
  type RecordedEvent,
  type Tail,
  type Turn,
  toStream,
} from './journal';

/** Who asks, on whose behalf, and how a retry of the same request is recognised. */
export interface CommandContext<State> {
  readonly tenant: TenantId;
  readonly metadata: EventMetadata;
  readonly idempotency?: IdempotentRequest & {
    /** The answer to keep with the effect, made from the state after it. */
    readonly answer: (state: State) => Answer;
  };
  /** The stream as the caller has just read it. */
  readonly loaded?: Loaded<State>;
}

export interface Aggregate<State, Event> {
  readonly decider: Decider<State, Event>;
  readonly codec: EventCodec<Event>;
}

export type Handled<State, Code extends string> =
  | { readonly kind: 'done'; readonly state: State; readonly version: number; readonly answer: Answer | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal<Code> }
  | { readonly kind: 'replayed'; readonly answer: Answer }
  | { readonly kind: 'key_reused' };

/** Other processes changed the stream each time that this command was decided. Nothing was written. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

/** With the waits between them, a command goes on for about a second. */
const maxTries = 8;

/** A stream's state and version as somebody has read them; version 0 when it does not exist. */
export interface Loaded<State> {
  readonly state: State;
  readonly version: number;
}

/** One command on one stream. */
interface Command<State, Event, Code extends string> {
  readonly journal: Journal;
  readonly aggregate: Aggregate<State, Event>;
  readonly stream: string;
  readonly decide: (state: State) => Result<readonly Event[], Code>;
  readonly context: CommandContext<State>;
  readonly insufficient: ((shortfall: Shortfall) => Refusal<Code>) | undefined;
}

/** What a command is decided on. */
interface Base<State> extends Loaded<State> {
  /**
   * `current`: read from the journal during the turn. `remembered`: true once, and maybe no longer. `expected`: true
   * if the append before it, which is on its way, is written.
   */
  readonly kind: 'current' | 'remembered' | 'expected';
  readonly tail: Tail | null;
}

/** `overtaken`: the stream has moved on. `orphaned`: the append that this one was decided on was not written. */
type Attempt<State, Code extends string> = Handled<State, Code> | 'overtaken' | 'orphaned';

/**
 * Load, decide, append. Commands of this process on one stream are decided one after another, each on the state that the
 * one before leaves, without waiting for its commit. A conflict with another process loads and decides again, at most
 * eight times with growing waits; a decision without events appends nothing.
 * @param context.loaded spares the first load. Only events decided on it count, because their append proves that
 *   it was still true; a refusal, or nothing to do, is decided again on what the journal has now.
 * @param insufficient the refusal of events that a guarded balance does not allow. Without it, no event of the
 *   aggregate may take from one.
 * @throws VersionConflict, JournalOverloaded, JournalUnavailable
 */
export async function handleCommand<State, Event, Code extends string>(
  journal: Journal,
  aggregate: Aggregate<State, Event>,
  stream: string,
  decide: (state: State) => Result<readonly Event[], Code>,
  context: CommandContext<State>,
  insufficient?: (shortfall: Shortfall) => Refusal<Code>,
): Promise<Handled<State, Code>> {
  const command = { journal, aggregate, stream, decide, context, insufficient };
  const place = { tenant: context.tenant, stream };
  let mayExpect = true;
  let isFirst = true;
  for (let tries = 0; tries < maxTries;) {
    const known = await findAnswer(journal, context);
    if (known !== null) return known;
    const attempt = await journal.commands.inTurn(place, async (turn) => {
      const base = await baseFor(command, turn, { mayExpect, isFirst });
      return { base, outcome: await attemptOn(command, turn, base) };
    });
    if (typeof attempt.outcome !== 'string') return attempt.outcome;
    isFirst = false;
    // What was assumed and did not hold is followed by a try on what the journal has, which alone counts.
    mayExpect = attempt.base.kind === 'current';
    if (attempt.base.kind !== 'current') continue;
    tries += 1;
    if (tries < maxTries) await journal.commands.pause(tries);
  }
  throw new VersionConflict(`${stream} changed ${String(maxTries)} times while the command was decided`);
}

const findAnswer = <State>(journal: Journal, { idempotency }: CommandContext<State>) =>
  idempotency === undefined ? null : journal.findAnswer(idempotency);

/** Finds what to decide on: what the command before leaves, what the caller has read, or the journal. */
async function baseFor<State, Event, Code extends string>(
  { journal, aggregate, stream, context }: Command<State, Event, Code>,
  { tail }: Turn,
  { mayExpect, isFirst }: { readonly mayExpect: boolean; readonly isFirst: boolean },
): Promise<Base<State>> {
  if (tail !== null && tail.isWritten === null && !mayExpect) await tail.settled;
  if (tail !== null && tail.aggregate === aggregate && tail.isWritten !== false) {
    const kind = tail.isWritten === null ? 'expected' : 'remembered';
    // The same aggregate has folded it.
    if (mayExpect) return { kind, state: tail.state as State, version: tail.version, tail };
  }
  if (isFirst && context.loaded !== undefined) return { kind: 'remembered', ...context.loaded, tail: null };
  return { kind: 'current', ...(await loadStream(journal, aggregate, context.tenant, stream)), tail: null };
}

async function attemptOn<State, Event, Code extends string>(
  command: Command<State, Event, Code>,
  turn: Turn,
  base: Base<State>,
): Promise<Attempt<State, Code>> {
  const decision = command.decide(base.state);
  if (decision.ok && decision.value.length > 0) {
    const outcome = await append(command, decision.value, base, turn);
    return outcome === 'overtaken' && base.tail !== null && !(await base.tail.settled) ? 'orphaned' : outcome;
  }
  if (base.kind === 'remembered') {
    const { journal, aggregate, stream, context } = command;
    const loaded = await loadStream(journal, aggregate, context.tenant, stream);
    return attemptOn(command, turn, { kind: 'current', ...loaded, tail: null });
  }
  turn.leave(base.tail);
  if (base.tail !== null && !(await base.tail.settled)) return 'orphaned';
  if (decision.ok) {
    const answer = command.context.idempotency?.answer(base.state) ?? null;
    return { kind: 'done', state: base.state, version: base.version, answer };
  }
  // The same request may have been accepted meanwhile, which alone may be why it is refused: its answer is the one to give.
  return (
    (await findAnswer(command.journal, command.context)) ?? { kind: 'refused', refusal: decision.refusal }
  );
}

/**
 * Begins a stream that cannot exist yet, because its id is new: nothing is loaded. A retry gets the answer of the request
 * that was accepted, even if the same request would be refused now.
 */
export async function handleCreation<State, Event, Code extends string>(
  journal: Journal,
  aggregate: Aggregate<State, Event>,
  stream: string,
  decide: (state: State) => Result<readonly Event[], Code>,
  context: CommandContext<State>,
  insufficient?: (shortfall: Shortfall) => Refusal<Code>,
): Promise<Handled<State, Code>> {
  const { initial } = aggregate.decider;
  const decision = decide(initial);
  if (!decision.ok)
    return (await findAnswer(journal, context)) ?? { kind: 'refused', refusal: decision.refusal };
  const command = { journal, aggregate, stream, decide, context, insufficient };
  const unborn: Base<State> = { kind: 'current', state: initial, version: 0, tail: null };
  const outcome = await append(command, decision.value, unborn, null);
  if (outcome === 'overtaken') throw new VersionConflict(`${stream} exists already`);
  return outcome;
}

/** A stream as the journal has it now. */
export async function loadStream<State, Event>(
  journal: Pick<Journal, 'readStream'>,
  aggregate: Aggregate<State, Event>,
  tenant: TenantId,
  stream: string,
): Promise<Loaded<State>> {
  const recorded = await journal.readStream(tenant, stream);
  return {
    state: fold(
      aggregate.decider,
      recorded.map((event) => decoded(aggregate, event)),
    ),
    version: recorded.at(-1)?.version ?? 0,
  };
}

/** Submits the events and, with that, leaves the turn to the next command, which is decided on the state after them. */
async function append<State, Event, Code extends string>(
  { journal, aggregate, stream, context, insufficient }: Command<State, Event, Code>,
  events: readonly Event[],
  base: Base<State>,
  turn: Turn | null,
): Promise<Handled<State, Code> | 'overtaken'> {
  const state = fold(aggregate.decider, events, base.state);
  const answer = context.idempotency?.answer(state) ?? null;
  const token = { stream };
  const appending = journal.append(
    toStream({
      tenant: context.tenant,
      stream,
      expectedVersion: base.version,
      events: events.map((event) => aggregate.codec.encode(event)),
      metadata: context.metadata,
      token,
      // By what was assumed, not by what is known now: the append before may have failed since.
      ...(base.kind === 'expected' && base.tail !== null ? { after: base.tail.token } : {}),
      ...(context.idempotency && answer
        ? {
            idempotency: {
              keyHash: context.idempotency.keyHash,
              requestHash: context.idempotency.requestHash,
              answer,
            },
          }
        : {}),
    }),
  );
  const version = base.version + events.length;
  turn?.leave(tailOf({ aggregate, state, version, token }, appending));
  const outcome = await appending;
  switch (outcome.kind) {
    case 'appended':
      return { kind: 'done', state, version, answer };
    case 'conflict':
      return 'overtaken';
    case 'insufficient':
      assert(
        insufficient !== undefined,
        `${stream} has a refusal for what ${outcome.balance} does not allow`,
      );
      return { kind: 'refused', refusal: insufficient(outcome) };
    default:
      return outcome;
  }
}

function tailOf(
  left: Pick<Tail, 'aggregate' | 'state' | 'version' | 'token'>,
  appending: ReturnType<Journal['append']>,
): Tail {
  const settle = (isWritten: boolean) => (tail.isWritten = isWritten);
  const tail: Tail = {
    ...left,
    isWritten: null,
    settled: appending.then(
      ({ kind }) => settle(kind === 'appended'),
      // It may be written all the same: anyone who was decided on it is decided again on what the journal has.
      () => settle(false),
    ),
  };
  return tail;
}

function decoded<State, Event>(aggregate: Aggregate<State, Event>, recorded: RecordedEvent): Event {
  const event = aggregate.codec.decode(recorded);
  assert(event !== null, `${recorded.stream} holds only events of its own context, not ${recorded.type}`);
  return event;
}
