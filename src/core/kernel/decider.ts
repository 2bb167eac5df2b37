/**
 * The pure half of every aggregate: how facts become state. What a command may do is a function
 * `(state, command) => Result<events>` beside it.
 */
export interface Decider<State, Event> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
}

export const fold = <State, Event>(
  decider: Decider<State, Event>,
  events: readonly Event[],
  from = decider.initial,
): State => events.reduce(decider.evolve, from);
