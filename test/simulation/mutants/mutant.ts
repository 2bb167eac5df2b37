import type { Mutation } from '../mutation';

/** A bug that is planted to see that the simulation finds it. */
export interface Mutant {
  readonly name: string;
  /** Numbers of the invariants, as in docs/reliability.md, of which it must be seen to break one. */
  readonly breaks: readonly number[];
  /** Made again for each run. */
  readonly plant: () => Mutation;
}
