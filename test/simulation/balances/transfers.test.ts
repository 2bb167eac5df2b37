import { type TransferMutation, simulateTransfers } from './simulate-transfers';

test('200 seeds: balances are the sums of their events and never below their floors, and each request has one effect', async () => {
  for (let seed = 1; seed <= 200; seed += 1)
    expect({ seed, broken: await simulateTransfers(seed) }).toEqual({ seed, broken: [] });
});

interface TransferMutant {
  readonly name: string;
  /** The number of the invariant that it must be seen to break. */
  readonly breaks: number;
  readonly mutation: TransferMutation;
}

const mutants: readonly TransferMutant[] = [
  {
    name: 'the floor is ignored',
    breaks: 14,
    mutation: {
      effectsOf: (effectsOf) => (event) =>
        effectsOf(event).map((effect) => ({ ...effect, floorMinor: null })),
    },
  },
  {
    name: 'a refused append has its effect all the same',
    breaks: 14,
    mutation: {
      journal(journal) {
        let refusals = 0;
        return {
          ...journal,
          async append(append) {
            const outcome = await journal.append(append);
            const [write] = append.writes;
            if (outcome.kind !== 'insufficient' || write === undefined) return outcome;
            // The event counts and is none of the till's: nobody finds it among the transfers.
            const leaked = { ...write, stream: `leak-${String((refusals += 1))}`, expectedVersion: 0 };
            const events = leaked.events.map((event) => ({
              ...event,
              type: 'Leaked',
            }));
            await journal.append({
              tenant: append.tenant,
              metadata: append.metadata,
              writes: [{ ...leaked, events }],
            });
            return outcome;
          },
        };
      },
      effectsOf: (effectsOf) => (event) =>
        event.type === 'Leaked'
          ? effectsOf({ ...event, type: 'Transferred' }).filter(({ deltaMinor }) => deltaMinor > 0n)
          : effectsOf(event),
    },
  },
  {
    name: 'a balance is not rebuilt',
    breaks: 14,
    mutation: {
      effectsOnRebuild: (effectsOf) => (event) => effectsOf(event).filter(({ balance }) => balance !== 'b'),
    },
  },
  {
    name: 'the answer is not stored with the transfer',
    breaks: 9,
    mutation: {
      journal: (journal) => ({
        ...journal,
        append: ({ idempotency: _, ...append }) => journal.append(append),
      }),
    },
  },
];

test.each(mutants)('is found within 200 seeds: $name', async ({ breaks, mutation }) => {
  const seen: string[] = [];
  for (let seed = 1; seed <= 200; seed += 1) {
    const broken = await simulateTransfers(seed, mutation);
    if (broken.some((each) => each.startsWith(`[${String(breaks)}]`))) return;
    seen.push(...broken);
  }
  throw new Error(`not found in 200 seeds; seen besides: ${seen.slice(0, 5).join('; ')}`);
});
