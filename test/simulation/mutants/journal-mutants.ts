import type { Mutant } from './mutant';

/** Anyone who decided on an older state writes all the same. */
export const unconditionalTransitions: Mutant = {
  name: 'transitions do not ask for the expected version',
  breaks: [2, 3, 4, 5, 9],
  plant: () => ({
    journal: ({ records }) => ({
      ...records,
      async append(append) {
        const writes = await Promise.all(
          append.writes.map(async (write) => {
            const { length } = await records.readStream(append.tenant, write.stream);
            return { ...write, expectedVersion: write.expectedVersion === 0 ? 0 : length };
          }),
        );
        const { after: _, ...unconditional } = append;
        return records.append({ ...unconditional, writes });
      },
    }),
  }),
};

/** The effect is stored and the answer is not. */
export const answerNotStored: Mutant = {
  name: 'the answer is not stored with its effect',
  breaks: [9],
  plant: () => ({
    journal: ({ records }) => ({
      ...records,
      append: ({ idempotency: _, ...append }) => records.append(append),
    }),
  }),
};

/** Two merchants who choose the same key meet. */
export const keyWithoutTenant: Mutant = {
  name: 'idempotency keys are not scoped to the tenant',
  breaks: [9],
  plant: () => ({ scopeKey: ({ target, key }) => `${target}\0${key}` }),
};
