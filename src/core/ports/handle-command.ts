import { type Decider, type EventCodec, type Refusal, type Result, assert, fold } from '../kernel';
import type { TenantId } from '../kernel';
import type { Answer, EventMetadata, IdempotentRequest, Journal, RecordedEvent } from './journal';

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

/** Somebody else changed the stream three times while this command was decided. Nothing was written. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

const maxTries = 3;

/** A stream's state and version as somebody has read them; version 0 when it does not exist. */
export interface Loaded<State> {
  readonly state: State;
  readonly version: number;
}

/**
 * Load, decide, append. A conflict loads and decides again, at most three times; a decision without events
 * appends nothing.
 * @param context.loaded spares the first load. Only events decided on it count, because their append proves that
 *   it was still true; a refusal, or nothing to do, is decided again on what the journal has now.
 * @throws VersionConflict, JournalOverloaded, JournalUnavailable
 */
export async function handleCommand<State, Event, Code extends string>(
  journal: Journal,
  aggregate: Aggregate<State, Event>,
  stream: string,
  decide: (state: State) => Result<readonly Event[], Code>,
  context: CommandContext<State>,
): Promise<Handled<State, Code>> {
  const known = context.idempotency === undefined ? null : await journal.findAnswer(context.idempotency);
  if (known !== null) return known;
  if (context.loaded !== undefined) {
    const outcome = await decideAndAppend(journal, aggregate, stream, context.loaded, decide, context);
    if (outcome !== 'conflict' && isProven(outcome, context.loaded)) return outcome;
  }
  for (let tries = 0; tries < maxTries; tries += 1) {
    const loaded = await loadStream(journal, aggregate, context.tenant, stream);
    const outcome = await decideAndAppend(journal, aggregate, stream, loaded, decide, context);
    if (outcome === 'conflict') continue;
    return outcome.kind === 'refused' ? ((await answeredMeanwhile(journal, context)) ?? outcome) : outcome;
  }
  throw new VersionConflict(`${stream} changed ${String(maxTries)} times while the command was decided`);
}

const isProven = <State, Code extends string>(
  outcome: Handled<State, Code>,
  loaded: Loaded<State>,
): boolean => outcome.kind !== 'refused' && !(outcome.kind === 'done' && outcome.version === loaded.version);

/**
 * The same request may have been accepted elsewhere after its key was looked up here. What it asked for is done
 * then, which alone may be why it would be refused now: its answer is the one to give.
 */
const answeredMeanwhile = <State>(journal: Journal, { idempotency }: CommandContext<State>) =>
  idempotency === undefined ? null : journal.findAnswer(idempotency);

/** Begins a stream that cannot exist yet, because its id is new: nothing is loaded. */
export async function handleCreation<State, Event, Code extends string>(
  journal: Journal,
  aggregate: Aggregate<State, Event>,
  stream: string,
  decide: (state: State) => Result<readonly Event[], Code>,
  context: CommandContext<State>,
): Promise<Handled<State, Code>> {
  const unborn = { state: aggregate.decider.initial, version: 0 };
  const outcome = await decideAndAppend(journal, aggregate, stream, unborn, decide, context);
  if (outcome === 'conflict') throw new VersionConflict(`${stream} exists already`);
  return outcome;
}

/** A stream as the journal has it now. */
export async function loadStream<State, Event>(
  journal: Journal,
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

async function decideAndAppend<State, Event, Code extends string>(
  journal: Journal,
  aggregate: Aggregate<State, Event>,
  stream: string,
  loaded: Loaded<State>,
  decide: (state: State) => Result<readonly Event[], Code>,
  context: CommandContext<State>,
): Promise<Handled<State, Code> | 'conflict'> {
  const decision = decide(loaded.state);
  if (!decision.ok) return { kind: 'refused', refusal: decision.refusal };
  const state = fold(aggregate.decider, decision.value, loaded.state);
  const answer = context.idempotency?.answer(state) ?? null;
  if (decision.value.length === 0) return { kind: 'done', state, version: loaded.version, answer };
  const outcome = await journal.append({
    tenant: context.tenant,
    stream,
    expectedVersion: loaded.version,
    events: decision.value.map((event) => aggregate.codec.encode(event)),
    metadata: context.metadata,
    ...(context.idempotency && answer
      ? {
          idempotency: {
            keyHash: context.idempotency.keyHash,
            requestHash: context.idempotency.requestHash,
            answer,
          },
        }
      : {}),
  });
  switch (outcome.kind) {
    case 'appended':
      return { kind: 'done', state, version: outcome.version, answer };
    case 'conflict':
      return 'conflict';
    default:
      return outcome;
  }
}

function decoded<State, Event>(aggregate: Aggregate<State, Event>, recorded: RecordedEvent): Event {
  const event = aggregate.codec.decode(recorded);
  assert(event !== null, `${recorded.stream} holds only events of its own context, not ${recorded.type}`);
  return event;
}
