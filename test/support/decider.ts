import { type Decider, type Result, fold } from '../../src/core/kernel';

/** Given events, when a command is decided, then events or a refusal. */
export function given<State, Event>(decider: Decider<State, Event>, events: readonly Event[]) {
  const before = fold(decider, events);
  return {
    state: before,
    when<Code extends string>(decide: (state: State) => Result<readonly Event[], Code>) {
      const decision = decide(before);
      return {
        decision,
        /** The state after the decision. */
        state: decision.ok ? fold(decider, decision.value, before) : before,
        thenEvents(...expected: readonly Partial<Event>[]) {
          expect(decision).toMatchObject({ ok: true });
          if (!decision.ok) return;
          expect(decision.value).toHaveLength(expected.length);
          expected.forEach((event, index) => expect(decision.value[index]).toMatchObject(event));
        },
        thenRefused(code: Code, ...mentions: readonly string[]) {
          expect(decision).toMatchObject({ ok: false, refusal: { code } });
          if (decision.ok) return;
          for (const words of mentions) expect(decision.refusal.message).toContain(words);
        },
      };
    },
  };
}
