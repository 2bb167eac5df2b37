import * as fc from 'fast-check';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { accept, eventCodec, operatorTenant, refuse } from '../../../src/core/kernel';
import {
  type Aggregate,
  type Feed,
  type Journal,
  VersionConflict,
  createCommandQueue,
  handleCommand,
} from '../../../src/core/ports';

interface Taken {
  readonly type: 'Taken';
  readonly units: number;
}
const stock: Aggregate<number, Taken> = {
  decider: { initial: 20, evolve: (left, { units }) => left - units },
  codec: eventCodec<Taken>({ Taken: [] }),
};
const stream = 'stock-1';

/** Units that each command asks for, and through which process it comes. */
const asked = fc.array(fc.record({ units: fc.integer({ min: 1, max: 8 }), node: fc.nat(1) }), {
  minLength: 1,
  maxLength: 16,
});

/** A process: its calls take their time, and its commands have an order of their own. */
const processOf = (journal: Journal, scheduler: fc.Scheduler): Journal => ({
  append: scheduler.scheduleFunction((append: Parameters<Journal['append']>[0]) => journal.append(append)),
  readStream: scheduler.scheduleFunction((...of: Parameters<Journal['readStream']>) =>
    journal.readStream(...of),
  ),
  findAnswer: (request) => journal.findAnswer(request),
  commands: createCommandQueue({ pause: scheduler.scheduleFunction(() => Promise.resolve()) }),
});

const take = (journal: Journal, units: number) =>
  handleCommand<number, Taken, 'sold_out'>(
    journal,
    stock,
    stream,
    (left) =>
      units <= left ? accept([{ type: 'Taken', units }]) : refuse('sold_out', `${String(left)} are left.`),
    { tenant: operatorTenant, metadata: { actor: 'test', correlationId: 'c1' } },
  );

async function left(journal: Journal & Feed): Promise<number> {
  const events = await journal.readStream(operatorTenant, stream);
  return events.reduce((sum, { data }) => sum - Number(data.units), 20);
}

test('whatever the order of the steps: what fits is accepted, what is accepted is written once, and no more than there is', async () => {
  await fc.assert(
    fc.asyncProperty(asked, fc.scheduler(), async (commands, scheduler) => {
      const journal = createMemoryJournal({ clock: () => 1 });
      const processes = [processOf(journal, scheduler), processOf(journal, scheduler)];
      const handled = Promise.all(
        commands.map(async ({ units, node }) => ({
          units,
          outcome: await take(processes[node] ?? journal, units).catch((error: unknown) => {
            if (error instanceof VersionConflict) return { kind: 'overtaken' } as const;
            throw error;
          }),
        })),
      );
      await scheduler.waitFor(handled);
      const rest = await left(journal);
      const done = (await handled).filter(({ outcome }) => outcome.kind === 'done');
      expect(rest).toBe(20 - done.reduce((sum, { units }) => sum + units, 0));
      expect(rest).toBeGreaterThanOrEqual(0);
      expect(await journal.head()).toBe(done.length);
      // Units never come back: what did not fit once never fits again.
      for (const { units, outcome } of await handled)
        if (outcome.kind === 'refused') expect(units).toBeGreaterThan(rest);
    }),
    { numRuns: 500 },
  );
});

test('in one process nothing is overtaken', async () => {
  await fc.assert(
    fc.asyncProperty(asked, fc.scheduler(), async (commands, scheduler) => {
      const journal = createMemoryJournal({ clock: () => 1 });
      const only = processOf(journal, scheduler);
      const handled = Promise.all(commands.map(({ units }) => take(only, units)));
      await scheduler.waitFor(handled);
      for (const { kind } of await handled) expect(['done', 'refused']).toContain(kind);
    }),
    { numRuns: 300 },
  );
});
