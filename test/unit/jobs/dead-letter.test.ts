import {
  type DeadLetterResolved,
  type ResolveDeadLetter,
  deadLetterDecider,
  decideResolution,
  resolveDeadLetter,
} from '../../../src/core/jobs';
import { createMemoryJournal } from '../../../src/adapters/memory/journal';
import { DeadLetter } from '../../../src/core/ports';
import { resolutionJob, withResolutions } from '../../../src/workflows/jobs/resolution-job';
import { given } from '../../support/decider';

const command: ResolveDeadLetter = {
  letter: {
    id: '5f0c0000-0000-8000-8000-000000000000',
    job: { queue: 'payments', name: 'refund-at-psp', key: 'charge-ch_1/7', data: {} },
    attempts: 250,
    cause: 'the provider has given back more',
    failedAt: 1_000,
  },
  resolvedBy: 'ada',
  reason: 'settled with the merchant',
  resolvedAt: 2_000,
};
const resolved: DeadLetterResolved = {
  type: 'DeadLetterResolved',
  deadLetterId: command.letter.id,
  queue: 'payments',
  name: 'refund-at-psp',
  key: 'charge-ch_1/7',
  attempts: 250,
  cause: 'the provider has given back more',
  failedAt: 1_000,
  resolvedBy: 'ada',
  reason: 'settled with the merchant',
  resolvedAt: 2_000,
};

test('a resolution keeps the job, who decided, why and when', () => {
  given(deadLetterDecider, [])
    .when((letter) => decideResolution(letter, command))
    .thenEvents(resolved);
});

test('the same death is resolved once, a later one again', () => {
  given(deadLetterDecider, [resolved])
    .when((letter) => decideResolution(letter, { ...command, resolvedAt: 3_000 }))
    .thenEvents();
  given(deadLetterDecider, [resolved])
    .when((letter) =>
      decideResolution(letter, { ...command, letter: { ...command.letter, failedAt: 1_500 } }),
    )
    .thenEvents({ failedAt: 1_500 });
});

test('the journal names the operator as the actor', async () => {
  const journal = createMemoryJournal({ clock: () => 5 });
  await resolveDeadLetter(journal)(command, 'cli-1');
  const [event] = await journal.read(0, 10);
  expect(event).toMatchObject({
    tenant: 'operator',
    stream: `dead-letter-${command.letter.id}`,
    metadata: { actor: 'operator:ada', correlationId: 'cli-1' },
  });
});

test('the job of a resolution records the same, however often it is delivered, and other jobs pass by', async () => {
  const journal = createMemoryJournal({ clock: () => 5 });
  const others: string[] = [];
  const handler = withResolutions(
    ({ name }) => {
      others.push(name);
      return Promise.reject(new DeadLetter('no'));
    },
    { journal, clock: () => 2_000 },
  );
  const job = resolutionJob(command);
  for (const attempt of [1, 2]) await handler({ ...job, attempt });
  const events = await journal.read(0, 10);
  const { type: _type, ...fields } = resolved;
  expect(events.map(({ data }) => data)).toEqual([fields]);
  await expect(handler({ ...job, name: 'refund-at-psp', attempt: 1 })).rejects.toThrow('no');
  expect(others).toEqual(['refund-at-psp']);
});
